import { fold } from "./fold.ts";
import { stem } from "./porter.ts";

/** Languages told apart by their function words; `und` is anything else. */
export type Language =
  | "en"
  | "de"
  | "fr"
  | "es"
  | "it"
  | "pt"
  | "nl"
  | "ro"
  | "tr"
  | "pl"
  | "sv"
  | "vi"
  | "ru"
  | "el"
  | "ar"
  | "hi"
  | "und";

/**
 * Words that carry no topic: articles, pronouns, prepositions, auxiliaries, question words. They are dropped
 * from questions, never from documents, and tell languages apart.
 */
const LISTS: Record<KnownLanguage, string> = {
  en: `a about above after again against all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has have having he
    her here hers herself him himself his how i if in into is it its itself just let many me more most much my myself no nor
    not now of off on once only or other our ours ourselves out over own same she should so some such than that the
    their theirs them themselves then there these they this those through to too under until up upon us very was we
    were what when where which while who whom whose why will with would you your yours yourself yourselves`,
  de: `aber als am an auch auf aus bei beim bis da damit dann das dass dem den denn der des dessen deren die dies
    diese diesem diesen dieser dieses doch durch ein eine einem einen einer eines er es für gegen gibt hat hatte
    hatten habe haben ich ihr ihre ihrem ihren ihrer im in ins ist ja kann kein keine können man mit muss müssen nach
    nicht noch nur ob oder ohne sein seine seinem seinen seiner seit sich sie sind so soll sowie über um und uns unter
    viel viele vom von vor wann war waren warum was welche welchem welchen welcher welches wem wen wenn wer werden
    wessen wie wieviel wieviele wir wird wo wodurch woher wohin womit worin wurde wurden während zu zum zur zwischen`,
  fr: `a à afin ai ainsi après au aucun aussi aux avant avec avait avaient car ce cela ces cet cette chez comme
    comment combien dans de depuis des dont donc du elle elles en entre est et était étaient être eu fait il ils je la
    le les leur leurs lors lorsque lui mais même ne ni nos notre nous on ont ou où par pas pendant peut plus pour
    pourquoi qu quand que quel quelle quelles quels qui quoi sa sans se selon ses si son sont sous sur tous tout toute
    très un une vers vos votre vous`,
  es: `a al ante antes aunque como cómo con contra cual cuál cuáles cuando cuándo cuánto cuánta cuántos cuántas de
    del desde donde dónde durante e el él ella ellas ellos en entre era eran es esa ese eso esta está están este esto
    estos fue fueron ha había han hasta hay la las le les lo los más me mi mientras muy ni no nos o para pero por porque
    puede que qué quien quién quiénes se ser si sido sin sobre son su sus también tan tiene tienen todo todos tras u un
    una uno unos y ya`,
  it: `a ad ai al alla alle allo anche avere aveva c che chi ci come con cosa cui da dai dal dalla dalle degli dei
    del della delle dello di dove e è ed era erano essere fu furono gli ha hanno i il in io la le lei li lo loro lui ma
    nei nel nella nelle non o ogni per perché più qual quale quali quando quanto quanta quanti quante questa queste
    questi questo se si sia sono sta stato su sua sue sul sulla suo suoi tra un una uno`,
  pt: `a à ao aos as até com como da das de dela dele do dos e é ela elas ele eles em entre era eram essa esse esta
    está este foi foram há isso isto já mais mas me mesmo muito na não nas nem no nos num numa o onde os ou para pela
    pelas pelo pelos por porque qual quais quando quanto quantos quantas que quem se sem ser seu seus sob sobre sua suas
    também tem têm tinha um uma umas uns`,
  nl: `aan al als bij dan dat de der deze die dit doen door dus een en er haar had hebben heeft hem het hier hij hoe
    hoeveel hun ik in is ja je kan kon maar meer men met mijn naar niet nog nu of om omdat ons ook op over te tegen toen
    tot uit van veel voor waar waarom wanneer waren was wat we welk welke wel werd werden wie wij wordt worden ze zich
    zij zijn zo zou`,
  ro: `a acest această aceste acestei acestui ai al ale au am ar are au avea ca când care cât câte câți ce cei cel
    cele cine cu cum că de decât despre din după ei el ele era erau este eu fi fiind fost în între îi își la le lor lui
    mai mult nu o pe pentru prin sa sale sau se și sub sunt său un una unde unei unui unor`,
  tr: `acaba ama ancak bazı bir biri birkaç bu bunlar bunu çok çünkü da daha de değil diye en gibi göre hangi hangisi
    hem hangileri her hiç için ile ise kaç kadar ki kim kime kimi kimin mı mi mu mü nasıl ne neden nedir nerede nereden
    nereye neler niçin o olan olarak oldu olduğu olur onlar onu şey şu sonra tarafından tüm ve veya ya yani`,
  pl: `a aby albo ale ani bez był była było były być bo co czego czy czym dla do gdy gdzie go i ich ile im ja jak jaka
    jaki jakie jako jego jej jest jeszcze już kiedy kim kto której który która które których którzy lub ma mają może na
    nad nie niż o od on ona one oni oraz po pod przed przez przy są się ta tak także tam te tego tej ten to tylko tym u w
    we wielu z za ze że`,
  sv: `all alla allt än är att av blev bli blir både de dem den denna deras dess det detta där då efter ej eller en ett
    för från genom ha hade han hans har hon hos hur här i inte jag kan kunde man med mellan men mot mycket många ni nu när
    någon något några och om på samma sedan sig sin sina sitt skulle som så till under upp ut utan vad var varför vem vi
    vid vilka vilken vilket`,
  vi: `ai bao bằng bị bởi các cái cho chỉ có của cùng cũng do đã đang đâu đây đến để đó được gì giữa hay hoặc khi không
    là làm lại lên mà mỗi một nào này nên người như nhưng những nhiêu ở ra rằng rất sao sau sẽ tại theo thì trên trong
    trước từ tới và vào về vì với`,
  ru: `а без был была были было быть в вам вас весь во вот все всё где да для до его ее её если есть еще ещё же за и из
    или им их к как какая какие какое какой каким какую каких ко когда кого кому который которая которое которые которых
    кто куда ли между мы на над не него нее неё нет ни них но о об он она они оно от по под при про с сколько со так также
    такой там то тоже только том у уже чего чем через что чтобы чья эта эти это этого этой этот я`,
  el: `ένα ένας έχει έχουν ή ήταν αλλά αν από αυτά αυτή αυτό για δεν είναι είχε η θα και κατά με μετά μια μία μπορεί να
    ο οι ως όταν όπως ποια ποιο ποιος ποιοι ποιες ποιον ποιους πού που πόσα πόσο πόσοι πότε πριν προς πώς πως σε στα στη
    στην στις στο στον στους τα τη την της τι τις το τον του τους των`,
  ar: `إلى أن أو أي أين إن التي الذي الذين اي بعد بين بها به تم ثم حتى حيث على عليه عن عند عندما في فيه فيها قبل قد كان
    كانت كل كم كما كيف لا لقد لم لماذا لها له ما ماذا متى مع من منذ منها منه ماهي ماهو هذا هذه هل هم هو هي هناك و وقد وهو
    وهي يتم يكون ولا ومن`,
  hi: `अपने आप इन इस इसके इसमें इसे उन उनके उस उसके एक और कब कर करता करते करना करने कहा कहाँ कहां का कि कितना कितने कितनी
    किया किस किसके किसने किसी की कुछ के को कोई कौन कौनसा क्या क्यों कैसे गई गए गया जब जाता जो तक तथा तो था थी थे द्वारा
    नहीं ने पर बाद भी में यह या ये वह वाले वे साथ से हुआ हुई हुए है हैं हो होता होती होने`,
};

type KnownLanguage = Exclude<Language, "und">;

const NONE: readonly KnownLanguage[] = [];
const words = new Map<string, KnownLanguage[]>();
const stopwords = new Map<Language, Set<string>>([["und", new Set()]]);
for (const language of Object.keys(LISTS) as KnownLanguage[]) {
  const own = new Set<string>();
  for (const word of LISTS[language].split(/\s+/)) {
    const folded = fold(word);
    if (own.has(folded)) continue;
    words.set(folded, [...(words.get(folded) ?? NONE), language]);
    own.add(folded);
  }
  if (language === "en") for (const word of [...own]) own.add(stem(word));
  for (const word of own) stopwords.get("und")?.add(word);
  stopwords.set(language, own);
}

/**
 * Whether a term carries no topic in a language; without a language, in any of them.
 *
 * @param term a folded word, or a term as `analyze` gives it
 */
export function isStopword(term: string, language: Language = "und"): boolean {
  return stopwords.get(language)?.has(term) ?? false;
}

/** The languages in which a folded word is a function word. */
export function languagesOf(foldedWord: string): readonly KnownLanguage[] {
  return words.get(foldedWord) ?? NONE;
}
