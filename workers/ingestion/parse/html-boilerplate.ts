/** How much of a page is read: its main part, all but what is certainly not content, or everything. */
export type HtmlScope = "main" | "content" | "everything";

/** Elements whose text no reader sees. */
const INVISIBLE = new Set(
  "script style template noscript svg math iframe object canvas audio video select datalist dialog".split(
    " ",
  ),
);
const BOILERPLATE_ELEMENTS = new Set(["nav", "aside", "footer", "menu", "button"]);
const BOILERPLATE_ROLES = new Set(
  "navigation banner contentinfo complementary search menu menubar dialog alertdialog toolbar".split(" "),
);
/** One class or id, whole: `cookie-banner` and `site-nav`, but not `social-sciences` or `has-sidebar`. */
const BOILERPLATE_NAME =
  /^(?:(?:site|main|page|global|top|bottom|left|right|primary|secondary|mobile|wp|js)[-_])?(?:cookies?|consent|gdpr|breadcrumbs?|navbar|nav|navigation|sidebar|header|footer|masthead|skip|share|sharing|social|newsletter|advert|advertisement|ads?|popup|modal|pagination|pager|menu)(?:[-_](?:bar|banner|notice|consent|links?|link|menu|nav|container|wrapper|inner|content|section|list|buttons?|widget|icons?|overlay|dialog|popup|message|to[-_]content|signup|box|area))*$/i;
/** Elements that are content whatever their class is called: only containers are left out by name. */
const NEVER_BOILERPLATE = new Set(
  "html body main article h1 h2 h3 h4 h5 h6 p table thead tbody tr td th pre code".split(" "),
);

/** Whether an element's text is never shown. */
export function isInvisible(name: string, attributes: Readonly<Record<string, string>>): boolean {
  if (INVISIBLE.has(name)) return name !== "dialog" || attributes.open === undefined;
  if (attributes.hidden !== undefined && attributes.hidden !== "until-found") return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(attributes.style ?? "");
}

/**
 * Whether an element is navigation, a footer, a cookie notice and the like.
 * @param isInArticle headers and asides within an article are part of it
 */
export function isBoilerplate(
  name: string,
  attributes: Readonly<Record<string, string>>,
  isInArticle: boolean,
): boolean {
  if (BOILERPLATE_ELEMENTS.has(name)) return !(isInArticle && (name === "aside" || name === "footer"));
  if (name === "header") return !isInArticle;
  if (BOILERPLATE_ROLES.has(attributes.role ?? "")) return true;
  if (NEVER_BOILERPLATE.has(name)) return false;
  const names = `${attributes.class ?? ""} ${attributes.id ?? ""}`;
  return names.split(/\s+/).some((each) => BOILERPLATE_NAME.test(each));
}

/** Whether an element holds the page's main part. */
export function isMainPart(name: string, attributes: Readonly<Record<string, string>>): boolean {
  return name === "main" || name === "article" || attributes.role === "main";
}
