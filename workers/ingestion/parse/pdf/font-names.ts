import type { getDocumentProxy } from "unpdf";

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfPageProxy = Awaited<ReturnType<PdfDocument["getPage"]>>;

export interface FontStyle {
  bold: boolean;
  italic: boolean;
}

const PLAIN: FontStyle = { bold: false, italic: false };

/**
 * Tells bold and italic fonts by their PostScript names. The text of a page comes without them; they are known once
 * the page's drawing operators were listed, which is done only for pages that bring new fonts.
 */
export class FontNames {
  private readonly styles = new Map<string, FontStyle>();

  async learn(page: PdfPageProxy, fonts: ReadonlySet<string>): Promise<void> {
    const unknown = [...fonts].filter((font) => !this.styles.has(font));
    if (unknown.length === 0) return;
    await page.getOperatorList();
    for (const font of unknown) {
      const loaded: unknown = page.commonObjs.has(font) ? page.commonObjs.get(font) : null;
      const name = (loaded as { name?: string } | null)?.name ?? "";
      this.styles.set(font, {
        bold: /bold|black|heavy|demi|[-,]bd|[-,]B$/i.test(name),
        italic: /italic|oblique|[-,]it\b|[-,]I$/i.test(name),
      });
    }
  }

  styleOf(font: string): FontStyle {
    return this.styles.get(font) ?? PLAIN;
  }
}
