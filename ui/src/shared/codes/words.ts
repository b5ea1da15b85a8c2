import type { Table } from './table';

/** Specialities by their Estonian name in small letters. */
export const SPECIALITIES: Table = {
  peremeditsiin: ['perearst', 'family medicine', 'семейная медицина'],
  pereõendus: ['pereõde', 'family nursing', 'семейная медсестра'],
  psühhiaatria: ['vaimne tervis', 'mental health', 'душевное здоровье'],
  ortopeedia: ['luud ja liigesed', 'bones and joints', 'кости и суставы'],
  kardioloogia: ['süda', 'heart', 'сердце'],
  endokrinoloogia: ['hormoonid ja diabeet', 'hormones and diabetes', 'гормоны и диабет'],
  oftalmoloogia: ['silmad', 'eyes', 'глаза'],
  taastusravi: ['taastusravi', 'rehabilitation', 'восстановительное лечение'],
  füsioteraapia: ['füsioteraapia', 'physiotherapy', 'физиотерапия'],
  günekoloogia: ['naistearst', 'women’s health', 'женский врач'],
  'sünnitusabi ja günekoloogia': ['naistearst', 'women’s health', 'женский врач'],
  ämmaemandus: ['ämmaemand', 'midwife', 'акушерка'],
  dermatoveneroloogia: ['nahk', 'skin', 'кожа'],
  neuroloogia: ['närvid', 'nerves', 'нервы'],
  üldkirurgia: ['kirurg', 'surgery', 'хирургия'],
  otorinolarüngoloogia: ['kõrv, nina, kurk', 'ear, nose and throat', 'ухо, горло, нос'],
  pediaatria: ['lastearst', 'children’s doctor', 'детский врач'],
  uroloogia: ['kuseteed', 'urology', 'мочевые пути'],
  gastroenteroloogia: ['kõht ja seedimine', 'stomach and digestion', 'желудок и пищеварение'],
  pulmonoloogia: ['kopsud', 'lungs', 'лёгкие'],
  reumatoloogia: ['liigesepõletikud', 'rheumatology', 'воспаления суставов'],
  hematoloogia: ['vere haigused', 'blood', 'болезни крови'],
  onkoloogia: ['vähiravi', 'cancer care', 'лечение рака'],
  radioloogia: ['röntgen ja pildid', 'X-ray and imaging', 'рентген и снимки'],
  sisehaigused: ['sisearst', 'internal medicine', 'внутренние болезни'],
  nefroloogia: ['neerud', 'kidneys', 'почки'],
  infektsioonhaigused: ['nakkused', 'infections', 'инфекции'],
  allergoloogia: ['allergia', 'allergies', 'аллергии'],
  hambaravi: ['hambad', 'teeth', 'зубы'],
  'erakorraline meditsiin': ['erakorraline abi', 'emergency care', 'неотложная помощь'],
};

/** Diseases vaccinated against, by their Estonian name in small letters. */
export const DISEASES: Table = {
  gripp: ['gripp', 'influenza', 'грипп'],
  'covid-19': ['COVID-19', 'COVID-19', 'COVID-19'],
  puukentsefaliit: ['puukentsefaliit', 'tick-borne encephalitis', 'клещевой энцефалит'],
  'difteeria ja teetanus': ['difteeria ja teetanus', 'diphtheria and tetanus', 'дифтерия и столбняк'],
  teetanus: ['teetanus', 'tetanus', 'столбняк'],
  leetrid: ['leetrid', 'measles', 'корь'],
  'leetrid, mumps, punetised': ['leetrid, mumps, punetised', 'measles, mumps, rubella', 'корь, свинка, краснуха'],
  läkaköha: ['läkaköha', 'whooping cough', 'коклюш'],
  'b-viirushepatiit': ['B-viirushepatiit', 'hepatitis B', 'гепатит B'],
  'a-viirushepatiit': ['A-viirushepatiit', 'hepatitis A', 'гепатит A'],
  tuulerõuged: ['tuulerõuged', 'chickenpox', 'ветряная оспа'],
  pneumokokk: ['pneumokokk', 'pneumococcus', 'пневмококк'],
  'inimese papilloomiviirus': ['inimese papilloomiviirus', 'human papillomavirus', 'вирус папилломы человека'],
  poliomüeliit: ['lastehalvatus', 'polio', 'полиомиелит'],
};

/** Titles of documents and short words of forms, by their Estonian text in small letters. */
export const TITLES: Table = {
  'visiidi kokkuvõte (epikriis)': ['Visiidi kokkuvõte (epikriis)', 'Summary of a visit', 'Итог визита (эпикриз)'],
  'visiidi kokkuvõte': ['Visiidi kokkuvõte', 'Summary of a visit', 'Итог визита'],
  tervisekontroll: ['Tervisekontroll', 'Health check', 'Проверка здоровья'],
  haigusleht: ['Haigusleht', 'Sick-leave certificate', 'Больничный лист'],
  hooldusleht: ['Hooldusleht', 'Care-leave certificate', 'Лист по уходу'],
};

/** Specimens, forms of medicines and panels, by their Estonian name in small letters. */
export const THINGS: Table = {
  veri: ['veri', 'blood', 'кровь'],
  uriin: ['uriin', 'urine', 'моча'],
  seerum: ['seerum', 'serum', 'сыворотка'],
  plasma: ['plasma', 'plasma', 'плазма'],
  tablett: ['tablett', 'tablet', 'таблетка'],
  'õhukese polümeerikattega tablett': ['kattega tablett', 'coated tablet', 'таблетка в оболочке'],
  kapsel: ['kapsel', 'capsule', 'капсула'],
  süstelahus: ['süstelahus', 'solution for injection', 'раствор для инъекций'],
  salv: ['salv', 'ointment', 'мазь'],
  üldpaneel: ['üldpaneel', 'general panel', 'общая панель'],
  põletikupaneel: ['põletikupaneel', 'inflammation panel', 'панель воспаления'],
  lipiidid: ['vererasvad', 'blood fats', 'жиры крови'],
};
