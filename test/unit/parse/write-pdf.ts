import { zlibSync } from "fflate";

/** Text placed on a page: from the left, from the bottom, in points. */
export interface PlacedText {
  text: string;
  x: number;
  y: number;
  size?: number;
  bold?: boolean;
}

export interface PageContent {
  texts?: PlacedText[];
  rotate?: number;
  /** Drawing operators put in as they are. */
  operators?: string;
  deflated?: boolean;
}

/** Writes a PDF 1.4 with the two standard Times fonts, uncompressed: what it shows is known to the point. */
export function writePdf(pages: PageContent[], info: Record<string, string> = {}): Uint8Array {
  const objects: string[] = [];
  const kids = pages.map((_, index) => `${5 + index * 2} 0 R`).join(" ");
  const infoId = 5 + pages.length * 2;
  objects.push("<< /Type /Catalog /Pages 2 0 R >>");
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>");
  objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>");
  for (const [index, page] of pages.entries()) {
    const drawing = (page.operators ?? "") + (page.texts ?? []).map(show).join("");
    const stream = page.deflated === true ? deflate(drawing) : drawing;
    const filter = page.deflated === true ? "/Filter /FlateDecode " : "";
    const rotate = page.rotate === undefined ? "" : `/Rotate ${page.rotate} `;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] ${rotate}/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${6 + index * 2} 0 R >>`,
    );
    objects.push(`<< ${filter}/Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  }
  const entries = Object.entries(info).map(([key, value]) => `/${key} (${escaped(value)})`);
  objects.push(`<< ${entries.join(" ")} >>`);
  return serialize(objects, infoId);
}

function serialize(objects: string[], infoId: number): Uint8Array {
  let file = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(file.length);
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const offset of offsets) file += `${String(offset).padStart(10, "0")} 00000 n \n`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${infoId} 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(file, (letter) => letter.charCodeAt(0));
}

function deflate(text: string): string {
  const bytes = zlibSync(new TextEncoder().encode(text));
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function show({ text, x, y, size = 10, bold = false }: PlacedText): string {
  return `BT /F${bold ? 2 : 1} ${size} Tf ${x} ${y} Td (${escaped(text)}) Tj ET\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\()]/g, (mark) => `\\${mark}`);
}
