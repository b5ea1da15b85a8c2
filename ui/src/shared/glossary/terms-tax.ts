import type { Term } from './terms';

/** Words of tax records. */
export const TAX_TERMS: readonly Term[] = [
  {
    id: 'kmd',
    words: ['KMD'],
    name: ['KMD: käibedeklaratsioon', 'KMD: VAT return', 'KMD: декларация НСО'],
    text: [
      'Ettevõte näitab kuu müügi, ostud ja käibemaksu. Tähtaeg on järgmise kuu 20. kuupäev.',
      'A company states the month’s sales, purchases and VAT. Due on the 20th of the next month.',
      'Предприятие указывает продажи, покупки и налог с оборота за месяц. Срок – 20-е число следующего месяца.',
    ],
  },
  {
    id: 'tsd',
    words: ['TSD'],
    name: ['TSD: palgamaksude deklaratsioon', 'TSD: payroll-tax return', 'TSD: декларация налогов с выплат'],
    text: [
      'Tööandja näitab, kellele ta palka maksis ja kui palju makse kinni pidas. Tähtaeg on järgmise kuu 10. kuupäev.',
      'An employer states whom it paid and what taxes it withheld. Due on the 10th of the next month.',
      'Работодатель указывает, кому платил и сколько налогов удержал. Срок – 10-е число следующего месяца.',
    ],
  },
  {
    id: 'vat',
    words: ['käibemaks*', 'sisendkäibemaks*'],
    name: ['Käibemaks ja sisendkäibemaks', 'VAT and input VAT', 'НСО и входящий НСО'],
    text: [
      'Müügilt arvestatud maks on riigi oma; ostudes juba tasutud maksu (sisendkäibemaksu) võib sellest maha arvata.',
      'VAT on sales belongs to the state; VAT already paid on purchases (input VAT) may be deducted from it.',
      'Налог с продаж принадлежит государству; уже уплаченный в покупках (входящий) можно вычесть.',
    ],
  },
  {
    id: 'vatNo',
    words: ['KMKR'],
    name: ['KMKR number', 'VAT number', 'Номер KMKR'],
    text: [
      'Käibemaksukohustuslase number, algab tähtedega EE.',
      'The number of a company registered for VAT; it begins with EE.',
      'Номер плательщика налога с оборота, начинается с EE.',
    ],
  },
  {
    id: 'prepayment',
    words: ['ettemaksukonto*'],
    name: ['Ettemaksukonto', 'Prepayment account', 'Счёт предоплаты'],
    text: [
      'Teie või ettevõtte konto maksuametis. Raha tuleb enne sinna, maksud võetakse sealt tähtpäeval maha.',
      'Your or the company’s account with the tax office. Money arrives there first; taxes are taken from it on their day.',
      'Счёт ваш или предприятия в налоговом ведомстве. Деньги приходят туда, налоги списывают оттуда в срок.',
    ],
  },
  {
    id: 'interest',
    words: ['viivis*', 'intress*'],
    name: ['Intress (viivis)', 'Interest for late payment', 'Проценты за просрочку'],
    text: [
      'Tasu iga päeva eest, mil maks on maksmata: 0,06% päevas.',
      'A charge for each day that a tax stays unpaid: 0.06% a day.',
      'Плата за каждый день неуплаты: 0,06% в день.',
    ],
  },
  {
    id: 'reference',
    words: ['viitenumber*', 'viitenumbri*'],
    name: ['Viitenumber', 'Reference number', 'Номер ссылки'],
    text: [
      'Number, mis ütleb maksuametile, kelle makse see on.',
      'The number that tells the tax office whose payment it is.',
      'Номер, по которому ведомство знает, чей это платёж.',
    ],
  },
  {
    id: 'valueDate',
    words: ['väärtuspäev*'],
    name: ['Väärtuspäev', 'Value date', 'Дата валютирования'],
    text: ['Päev, millest alates summa arvesse läheb.', 'The day from which the amount counts.', 'День, с которого сумма учитывается.'],
  },
  {
    id: 'balance',
    words: ['saldo*'],
    name: ['Saldo', 'Balance', 'Сальдо'],
    text: [
      'Konto seis pärast seda rida. Miinus tähendab võlga.',
      'What the account holds after this line. Minus means a debt.',
      'Остаток счёта после этой строки. Минус – долг.',
    ],
  },
  {
    id: 'socialTax',
    words: ['sotsiaalmaks*'],
    name: ['Sotsiaalmaks', 'Social tax', 'Социальный налог'],
    text: [
      '33% brutopalgast, mille maksab tööandja lisaks palgale: pension ja ravikindlustus.',
      '33% of gross pay, paid by the employer on top of it: pension and health insurance.',
      '33% от брутто, платит работодатель сверх зарплаты: пенсия и медицинское страхование.',
    ],
  },
  {
    id: 'secondPillar',
    words: ['kogumispension*', 'II sammas', 'II samba'],
    name: ['Kogumispension (II sammas)', 'Funded pension (II pillar)', 'Накопительная пенсия (II ступень)'],
    text: [
      'Osa brutopalgast, mis läheb teie pensionifondi: 2, 4 või 6%.',
      'A part of gross pay that goes to your pension fund: 2, 4 or 6%.',
      'Часть брутто-зарплаты, которая идёт в ваш пенсионный фонд: 2, 4 или 6%.',
    ],
  },
  {
    id: 'unemployment',
    words: ['töötuskindlust*'],
    name: ['Töötuskindlustus', 'Unemployment insurance', 'Страхование от безработицы'],
    text: [
      'Makse, millest saab hüvitist töö kaotanud inimene: 1,6% töötajalt ja 0,8% tööandjalt.',
      'A contribution from which people who lost their job are paid: 1.6% by the employee and 0.8% by the employer.',
      'Взнос, из которого платят потерявшим работу: 1,6% от работника и 0,8% от работодателя.',
    ],
  },
  {
    id: 'exemption',
    words: ['maksuvaba tulu', 'tulumaksuvaba*', 'maksuvabastus*'],
    name: ['Maksuvaba tulu', 'Basic exemption', 'Необлагаемый доход'],
    text: [
      'Osa tulust, millelt tulumaksu ei võeta.',
      'The part of income on which no income tax is taken.',
      'Часть дохода, с которой не берут подоходный налог.',
    ],
  },
  {
    id: 'withheld',
    words: ['kinnipeetud tulumaks*'],
    name: ['Kinnipeetud tulumaks', 'Withheld income tax', 'Удержанный подоходный налог'],
    text: [
      'Tulumaks, mille maksja juba palgalt maha võttis ja riigile edasi andis.',
      'Income tax that the payer already took from the pay and passed to the state.',
      'Подоходный налог, который плательщик уже удержал из выплаты и передал государству.',
    ],
  },
  {
    id: 'gross',
    words: ['bruto*'],
    name: ['Bruto', 'Gross', 'Брутто'],
    text: ['Summa enne maksude mahaarvamist.', 'The amount before taxes are taken off.', 'Сумма до вычета налогов.'],
  },
  {
    id: 'net',
    words: ['neto*'],
    name: ['Neto', 'Net', 'Нетто'],
    text: ['Summa, mis kätte jääb.', 'The amount that is left for you.', 'Сумма, которая остаётся вам.'],
  },
];
