import { Parser } from "htmlparser2";

interface Style {
  name: string;
  basedOn: string;
  /** From 0, as `w:outlineLvl` counts; 9 and more is body text. */
  outlineLevel: number | null;
}

const LONGEST_CHAIN = 20;

/**
 * The heading level of each paragraph style, from `word/styles.xml`. Style ids are localized ("berschrift1"); names
 * are not ("heading 1"), and an outline level counts whatever the style is called (ECMA-376-1 §17.7, §17.3.1.20).
 */
export class DocxStyles {
  private readonly styles = new Map<string, Style>();

  constructor(xml: string | null) {
    if (xml === null) return;
    let style: Style | null = null;
    const parser = new Parser(
      {
        onopentag: (name, attributes) => {
          const value = attributes["w:val"] ?? "";
          if (name === "w:style") {
            style = { name: "", basedOn: "", outlineLevel: null };
            this.styles.set(attributes["w:styleId"] ?? "", style);
          } else if (style === null) return;
          else if (name === "w:name") style.name = value.toLowerCase();
          else if (name === "w:basedOn") style.basedOn = value;
          else if (name === "w:outlineLvl") style.outlineLevel = Number(value);
        },
        onclosetag: (name) => {
          if (name === "w:style") style = null;
        },
      },
      { xmlMode: true },
    );
    parser.end(xml);
  }

  /** From 1; null for styles of body text. */
  headingLevel(styleId: string): number | null {
    let id = styleId;
    for (let step = 0; step < LONGEST_CHAIN && id !== ""; step++) {
      const style = this.styles.get(id);
      const named = /^heading ?([1-9])$/i.exec(style?.name ?? id)?.[1];
      if (named !== undefined) return Number(named);
      if (style === undefined) return null;
      if (style.outlineLevel !== null) return style.outlineLevel < 9 ? style.outlineLevel + 1 : null;
      id = style.basedOn;
    }
    return null;
  }

  isTitle(styleId: string): boolean {
    return (this.styles.get(styleId)?.name ?? styleId.toLowerCase()) === "title";
  }

  isCaption(styleId: string): boolean {
    return (this.styles.get(styleId)?.name ?? styleId.toLowerCase()) === "caption";
  }
}
