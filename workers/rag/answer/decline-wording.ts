import { dominantScript } from "../../text/scripts.ts";
import { detectLanguage } from "../analyze/language.ts";

const WORDING: Record<string, { nearest: string; nothing: string }> = {
  en: {
    nearest: "The documents do not answer this question. The passages that come nearest are listed below.",
    nothing: "The documents hold nothing about this question.",
  },
  de: {
    nearest:
      "Die Dokumente beantworten diese Frage nicht. Die Stellen, die ihr am nächsten kommen, stehen darunter.",
    nothing: "Die Dokumente enthalten nichts zu dieser Frage.",
  },
  fr: {
    nearest:
      "Les documents ne répondent pas à cette question. Les passages les plus proches figurent ci-dessous.",
    nothing: "Les documents ne contiennent rien sur cette question.",
  },
  es: {
    nearest: "Los documentos no responden a esta pregunta. Los pasajes más cercanos figuran a continuación.",
    nothing: "Los documentos no contienen nada sobre esta pregunta.",
  },
  zh: {
    nearest: "这些文档没有回答这个问题。下面列出了最接近的段落。",
    nothing: "这些文档中没有与这个问题有关的内容。",
  },
};

/** Says in the question's language, or else in English, that the documents do not answer it. */
export function declineWording(question: string, nearest: number): string {
  const language = dominantScript(question) === "han" ? "zh" : detectLanguage(question);
  const wording = WORDING[language] ?? WORDING.en;
  return (nearest > 0 ? wording?.nearest : wording?.nothing) ?? "";
}
