function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

/** Abbreviations that something always follows: a name, a number, the second half. Lower case, without the last period. */
export const NEVER_LAST = words(`
  mr mrs ms messrs mx dr prof rev hon pres gov sen rep gen col maj capt lt cmdr sgt st mt ft
  vs viz cf e.g i.e eg ie approx ca resp incl excl est
  fig figs tab eq eqs ref refs sec secs ch chap art arts par para paras vol vols ed eds pp pg pgs op cit
  z.b d.h u.a bzw vgl ggf evtl inkl exkl zzgl abb nr str hr fr dipl ing
  mme mlle mgr sr sra srta dña núm pág págs av avda n.b sig dott avv
`);

/** Abbreviations that may end a sentence: they do when the next word is one that starts sentences. */
export const SOMETIMES_LAST = words(`
  inc corp co cos ltd llc plc bros dept div mfg intl assn univ
  etc al jr esq ph.d m.d b.a m.a m.s b.sc m.sc d.c a.m p.m am pm
  u.s u.s.a u.k u.n e.u a.d b.c
  jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun
  ave blvd rd hwy apt bldg
  usw usf etw mio mrd tsd jh abs std min max avg cie s.a s.p.a gmbh
`);

/** Abbreviations only when a number follows: "No. 5", "p. 12". */
export const BEFORE_NUMBERS = words(
  "no nos n nº p s q c f ff rn item items note notes sect § art abs kap bd ziff",
);

/** Words that start sentences far more often than they follow an abbreviation. */
export const SENTENCE_STARTERS = words(`
  The This That These Those There Then Thus Therefore They Their It Its In On At As An A And After Also Although All Any
  Because Before Both But By During Each For From He Her His However How If Is Our Some Such She Since So To Under
  Until Upon We What When Where Which While Who Why With You Your Moreover Furthermore Additionally Accordingly
  Der Die Das Dies Diese Dieser Ein Eine Er Sie Es Wir Ihr Im Am Auf Bei Mit Nach Seit Von Zu Und Aber Doch Wenn Als Auch
  Le La Les Un Une Il Elle Ils Elles Nous Vous Ce Cette Ces Dans En Pour Par Sur Mais Et El Los Las Una Ella Ellos Este Esta
`);

/** What follows a day or an ordinal written with a period in German: "am 3. Oktober", "im 19. Jahrhundert". */
export const AFTER_ORDINALS = words(`
  Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember
  Jahrhundert Jahrhunderts Jahrtausend Jh Quartal Quartals Auflage Liga Geburtstag Platz Weltkrieg Weltkriegs Klasse Tag Kapitel
`);
