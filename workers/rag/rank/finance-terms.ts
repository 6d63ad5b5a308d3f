/** How statements are headed, and a line that only they have. */
const BALANCE = ["consolidated balance sheets", "total assets", "total current liabilities"] as const;
const CASH_FLOWS = [
  "consolidated statements of cash flows",
  "net cash provided by operating activities",
] as const;
const INCOME = [
  "consolidated statements of income",
  "consolidated statements of operations",
  "income before income taxes",
] as const;

/**
 * What financial questions ask for, and what statements call it: an abbreviation, a ratio by the items it is made
 * of, a statement by its title. Plain words (`sales`, `debt`) are not listed: they find themselves.
 */
const TERMS: readonly (readonly [asked: RegExp, phrases: readonly string[]])[] = [
  [
    /\bcap-?ex\b|\bcapital (?:expenditures?|spending)\b|\bcapital[- ]intensive\b/i,
    [
      "purchases of property plant and equipment",
      "purchases of property and equipment",
      "capital expenditures",
      ...CASH_FLOWS,
    ],
  ],
  [
    /\bpp ?& ?e\b|\bppn?e\b|\bfixed assets?\b/i,
    ["property plant and equipment net", "property and equipment net", ...BALANCE],
  ],
  [
    /\bcogs\b|\bcosts? of (?:goods sold|sales|revenues?)\b/i,
    ["cost of sales", "cost of goods sold", "cost of revenue", ...INCOME],
  ],
  [/\bsg ?& ?a\b/i, ["selling general and administrative expenses", ...INCOME]],
  [/\br ?& ?d\b/i, ["research and development", ...INCOME]],
  [/\bd ?& ?a\b/i, ["depreciation and amortization", ...CASH_FLOWS]],
  [/\beps\b/i, ["earnings per share", "income per share diluted", ...INCOME]],
  [/\bebitda\b/i, ["operating income", "depreciation and amortization", ...INCOME, ...CASH_FLOWS]],
  [/\bebit\b/i, ["operating income", "interest expense", ...INCOME]],
  [/\bdpo\b|\bdays payable\b/i, ["accounts payable", "cost of sales", "inventories", ...BALANCE, ...INCOME]],
  [/\bdso\b|\bdays sales outstanding\b/i, ["accounts receivable net", "net sales", ...BALANCE, ...INCOME]],
  [
    /\bdio\b|\bdays inventory\b|\binventory turnover\b/i,
    ["total inventories", "inventories", "cost of sales", ...BALANCE, ...INCOME],
  ],
  [
    /\b(?:quick|current|cash|working capital) ratio\b|\bliquidity profile\b|\bworking capital\b/i,
    ["total current assets", "total current liabilities", ...BALANCE],
  ],
  [/\bgross (?:margin|profit)\b/i, ["gross profit", "cost of sales", "net sales", ...INCOME]],
  [/\boperating margin\b/i, ["operating income", "net sales", ...INCOME]],
  [/\bnet (?:profit )?margin\b/i, ["net income", "net sales", ...INCOME]],
  [/\basset turnover\b/i, ["total assets", "net sales", ...BALANCE, ...INCOME]],
  [/\breturn on assets\b|\broa\b/i, ["total assets", "net income", ...BALANCE, ...INCOME]],
  [
    /\breturn on equity\b|\broe\b/i,
    ["total equity", "shareholders equity", "net income", ...BALANCE, ...INCOME],
  ],
  [/\bfree cash flow\b|\bfcf\b/i, ["purchases of property plant and equipment", ...CASH_FLOWS]],
  [/\bcash (?:flow )?from operations\b|\boperating cash flow\b/i, CASH_FLOWS],
  [
    /\bccc\b|\bcash conversion cycle\b/i,
    [
      "total inventories",
      "accounts receivable net",
      "accounts payable",
      "cost of sales",
      ...BALANCE,
      ...INCOME,
    ],
  ],
  [/\bnet ar\b/i, ["accounts receivable net", ...BALANCE]],
  [
    /\blegal (?:battles?|disputes?|matters?)\b|\blitigation\b/i,
    ["legal proceedings", "commitments and contingencies"],
  ],
  [/\b(?:payout|retention) ratio\b/i, ["dividends paid", "net income", ...CASH_FLOWS]],
  [/\binterest coverage\b/i, ["operating income", "interest expense", ...INCOME]],
  [
    /\b(?:share|stock) (?:buybacks?|repurchases?)\b/i,
    ["purchases of treasury stock", "repurchases of common stock", ...CASH_FLOWS],
  ],
  [/\bbalance sheet\b|\bfinancial position\b/i, BALANCE],
  [/\bcash flows? statement\b|\bstatements? of cash flows?\b/i, CASH_FLOWS],
  [
    /\b(?:income|earnings) statement\b|\bstatements? of (?:income|operations|earnings)\b|\bp ?& ?l\b|\bprofit and loss\b/i,
    INCOME,
  ],
];

/** The phrases by which statements name what a question asks for in other words; none for most questions. */
export function financePhrases(question: string): string[] {
  const phrases = TERMS.flatMap(([asked, named]) => (asked.test(question) ? named : []));
  return [...new Set(phrases)];
}
