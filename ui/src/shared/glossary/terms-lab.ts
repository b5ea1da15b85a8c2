import type { Term } from './terms';

/** Words of laboratory results. */
export const LAB_TERMS: readonly Term[] = [
  {
    id: 'hba1c',
    words: ['HbA1c', 'glükohemoglobiin*', 'glükeeritud hemoglobiin*'],
    name: ['HbA1c: pikaajaline veresuhkur', 'HbA1c: long-term blood sugar', 'HbA1c: долгосрочный сахар крови'],
    text: [
      'Näitab viimase kahe-kolme kuu keskmist veresuhkrut, mitte tänast. Söömine enne proovi seda ei muuda.',
      'Shows the average blood sugar of the last two to three months, not today’s. Eating before the test does not change it.',
      'Показывает средний сахар крови за два-три месяца, а не сегодняшний. Еда перед анализом на него не влияет.',
    ],
  },
  {
    id: 'glucose',
    words: ['glükoos*', 'glükoositaluvustest*'],
    name: ['Glükoos: veresuhkur', 'Glucose: blood sugar', 'Глюкоза: сахар крови'],
    text: [
      'Suhkur veres proovi võtmise hetkel. Mõõdetakse tavaliselt söömata.',
      'Sugar in the blood at the moment of the test. Usually measured before eating.',
      'Сахар в крови в момент пробы. Обычно измеряют натощак.',
    ],
  },
  {
    id: 'cholesterol',
    words: ['kolesterool*'],
    name: ['Kolesterool', 'Cholesterol', 'Холестерин'],
    text: [
      'Rasvataoline aine, mida keha vajab. Liiga palju seda ladestub veresoontesse.',
      'A fatty substance the body needs. Too much of it settles in the blood vessels.',
      'Жироподобное вещество, нужное организму. Избыток откладывается в сосудах.',
    ],
  },
  {
    id: 'ldl',
    words: ['LDL', 'LDL-kolesterool'],
    name: ['LDL: halb kolesterool', 'LDL: bad cholesterol', 'ЛПНП: плохой холестерин'],
    text: [
      'Viib kolesterooli veresoonte seina. Mida väiksem, seda parem; piir sõltub sellest, milline on teie südamerisk.',
      'Carries cholesterol into the vessel wall. The lower the better; the limit depends on your heart risk.',
      'Переносит холестерин в стенку сосуда. Чем меньше, тем лучше; предел зависит от риска для сердца.',
    ],
  },
  {
    id: 'hdl',
    words: ['HDL', 'HDL-kolesterool'],
    name: ['HDL: hea kolesterool', 'HDL: good cholesterol', 'ЛПВП: хороший холестерин'],
    text: [
      'Viib kolesterooli veresoontest ära. Suurem väärtus on parem.',
      'Carries cholesterol away from the vessels. A higher value is better.',
      'Уносит холестерин из сосудов. Чем больше, тем лучше.',
    ],
  },
  {
    id: 'lipids',
    words: ['lipiidi*', 'triglütseriid*'],
    name: ['Lipiidid: vererasvad', 'Lipids: blood fats', 'Липиды: жиры крови'],
    text: [
      'Ühine nimi kolesteroolile ja triglütseriididele.',
      'A common name for cholesterol and triglycerides.',
      'Общее название холестерина и триглицеридов.',
    ],
  },
  {
    id: 'creatinine',
    words: ['kreatiniin*'],
    name: ['Kreatiniin: neerunäit', 'Creatinine: kidney marker', 'Креатинин: показатель почек'],
    text: [
      'Lihastes tekkiv jääkaine, mille neerud välja viivad. Kui see tõuseb, töötavad neerud nõrgemalt.',
      'A waste product of the muscles that the kidneys remove. When it rises, the kidneys work less well.',
      'Отход работы мышц, который выводят почки. Если растёт, почки работают слабее.',
    ],
  },
  {
    id: 'egfr',
    words: ['eGFR'],
    name: ['eGFR: neerude puhastusvõime', 'eGFR: how well the kidneys filter', 'СКФ (eGFR): работа почек'],
    text: [
      'Kreatiniini, vanuse ja soo järgi arvutatud hinnang: mitu milliliitrit verd neerud minutis puhastavad. Üle 60 on enamasti korras.',
      'An estimate from creatinine, age and sex: how many millilitres of blood the kidneys clean in a minute. Above 60 is mostly fine.',
      'Оценка по креатинину, возрасту и полу: сколько миллилитров крови почки очищают в минуту. Выше 60 обычно в порядке.',
    ],
  },
  {
    id: 'hb',
    words: ['Hb', 'hemoglobiin*'],
    name: ['Hemoglobiin', 'Haemoglobin', 'Гемоглобин'],
    text: [
      'Punaste vereliblede valk, mis kannab hapnikku. Madal väärtus tähendab kehvveresust ehk aneemiat.',
      'The protein of red blood cells that carries oxygen. A low value means anaemia.',
      'Белок красных клеток крови, переносит кислород. Низкое значение – малокровие (анемия).',
    ],
  },
  {
    id: 'wbc',
    words: ['WBC', 'leukotsüü*'],
    name: ['Leukotsüüdid: valged verelibled', 'White blood cells', 'Лейкоциты: белые клетки крови'],
    text: [
      'Keha kaitserakud. Nakkuse ajal nende arv enamasti tõuseb.',
      'The cells that defend the body. Their number mostly rises during an infection.',
      'Защитные клетки. При инфекции их число обычно растёт.',
    ],
  },
  {
    id: 'rbc',
    words: ['RBC', 'erütrotsüü*'],
    name: ['Erütrotsüüdid: punased verelibled', 'Red blood cells', 'Эритроциты: красные клетки крови'],
    text: [
      'Rakud, mis kannavad hapnikku kopsudest kogu kehasse.',
      'The cells that carry oxygen from the lungs to the body.',
      'Клетки, которые несут кислород от лёгких по всему телу.',
    ],
  },
  {
    id: 'plt',
    words: ['PLT', 'trombotsüü*'],
    name: ['Trombotsüüdid: vereliistakud', 'Platelets', 'Тромбоциты'],
    text: ['Rakud, mis peatavad verejooksu.', 'The cells that stop bleeding.', 'Клетки, которые останавливают кровотечение.'],
  },
  {
    id: 'crp',
    words: ['CRP', 'C-reaktiivne valk'],
    name: ['CRP: põletikunäit', 'CRP: inflammation marker', 'СРБ (CRP): показатель воспаления'],
    text: [
      'Valk, mille hulk tõuseb põletiku korral mõne tunniga. Bakternakkuse korral tõuseb see rohkem kui viiruse korral.',
      'A protein that rises within hours of an inflammation. It rises more with bacteria than with viruses.',
      'Белок, который при воспалении растёт за часы. При бактериях сильнее, чем при вирусах.',
    ],
  },
  {
    id: 'esr',
    words: ['SR', 'settereaktsioon*'],
    name: ['Settereaktsioon', 'Sedimentation rate', 'СОЭ'],
    text: [
      'Kui kiiresti verelibled katsutis põhja vajuvad. Kiire sete viitab põletikule.',
      'How fast blood cells sink in a tube. A high rate points to inflammation.',
      'Как быстро клетки крови оседают в пробирке. Быстрое оседание говорит о воспалении.',
    ],
  },
  {
    id: 'tsh',
    words: ['TSH', 'türeotropiin*'],
    name: ['TSH: kilpnäärmenäit', 'TSH: thyroid marker', 'ТТГ (TSH): щитовидная железа'],
    text: [
      'Hormoon, mis käivitab kilpnäärme. Kõrge väärtus viitab kilpnäärme alatalitlusele, madal ületalitlusele.',
      'The hormone that drives the thyroid. A high value points to an underactive thyroid, a low one to an overactive.',
      'Гормон, который управляет щитовидной железой. Высокий – железа работает слабо, низкий – слишком сильно.',
    ],
  },
  {
    id: 'ferritin',
    words: ['ferritiin*'],
    name: ['Ferritiin: rauavaru', 'Ferritin: iron store', 'Ферритин: запас железа'],
    text: [
      'Näitab, kui palju rauda on kehas varuks.',
      'Shows how much iron the body has in store.',
      'Показывает запас железа в организме.',
    ],
  },
  {
    id: 'alt',
    words: ['ALAT', 'ASAT', 'GGT'],
    name: ['ALAT, ASAT, GGT: maksanäidud', 'ALT, AST, GGT: liver markers', 'АЛТ, АСТ, ГГТ: показатели печени'],
    text: [
      'Ensüümid, mis tõusevad, kui maksarakud on kahjustatud.',
      'Enzymes that rise when liver cells are damaged.',
      'Ферменты, которые растут при повреждении клеток печени.',
    ],
  },
  {
    id: 'inr',
    words: ['INR'],
    name: ['INR: vere hüübimine', 'INR: clotting', 'МНО (INR): свёртывание'],
    text: [
      'Kui aeglaselt veri hüübib. Verevedeldaja annust seatakse selle järgi.',
      'How slowly the blood clots. The dose of blood thinners is set by it.',
      'Насколько медленно свёртывается кровь. По нему подбирают дозу разжижающих средств.',
    ],
  },
  {
    id: 'psa',
    words: ['PSA'],
    name: ['PSA: eesnäärmenäit', 'PSA: prostate marker', 'ПСА: показатель простаты'],
    text: [
      'Eesnäärmes tekkiv valk. Kõrge väärtusel on palju põhjusi, ka ohutuid.',
      'A protein made in the prostate. A high value has many causes, harmless ones too.',
      'Белок предстательной железы. У высокого значения много причин, в том числе безобидных.',
    ],
  },
  {
    id: 'loinc',
    words: ['LOINC'],
    name: ['LOINC-kood', 'LOINC code', 'Код LOINC'],
    text: [
      'Analüüsi rahvusvaheline number. Selle järgi teab arvuti, millised tulemused on võrreldavad.',
      'The international number of a test. By it a computer knows which results can be compared.',
      'Международный номер анализа. По нему компьютер знает, какие результаты можно сравнивать.',
    ],
  },
  {
    id: 'range',
    words: ['viitevahemik*', 'referentsväärtus*'],
    name: ['Viitevahemik', 'Reference range', 'Референсный интервал'],
    text: [
      'Vahemik, kuhu jääb umbes 95 tervet inimest sajast. Väljas olev väärtus ei ole veel haigus.',
      'The range that holds about 95 healthy people of a hundred. A value outside it is not yet an illness.',
      'Интервал, в который попадают около 95 здоровых людей из ста. Значение вне его – ещё не болезнь.',
    ],
  },
  {
    id: 'specimen',
    words: [],
    name: ['Proovimaterjal', 'Specimen', 'Материал пробы'],
    text: [
      'Millest analüüs tehti, näiteks veri või uriin.',
      'What was tested, for example blood or urine.',
      'Что исследовали, например кровь или мочу.',
    ],
  },
  {
    id: 'panel',
    words: [],
    name: ['Paneel', 'Panel', 'Панель'],
    text: ['Analüüsid, mis telliti korraga.', 'Tests that were ordered together.', 'Анализы, заказанные вместе.'],
  },
  {
    id: 'mmol',
    words: ['mmol/L', 'mmol/mol'],
    name: ['mmol', 'mmol', 'ммоль'],
    text: [
      'Millimool: aine hulga ühik. mmol/L on hulk ühes liitris, mmol/mol ühe aine osa teises.',
      'Millimole: a unit of amount. mmol/L is the amount in a litre, mmol/mol the share of one substance in another.',
      'Миллимоль: единица количества. ммоль/л – количество в литре, ммоль/моль – доля одного вещества в другом.',
    ],
  },
  {
    id: 'umol',
    words: ['umol/L', 'µmol/L'],
    name: ['µmol', 'µmol', 'мкмоль'],
    text: ['Mikromool: tuhandik millimoolist.', 'Micromole: a thousandth of a millimole.', 'Микромоль: тысячная доля миллимоля.'],
  },
  {
    id: 'strep',
    words: ['streptokok*'],
    name: ['Streptokokk', 'Streptococcus', 'Стрептококк'],
    text: [
      'Bakter, mis tekitab kurgupõletikku. Ravitakse antibiootikumiga.',
      'A bacterium that causes sore throat. Treated with an antibiotic.',
      'Бактерия, вызывающая воспаление горла. Лечится антибиотиком.',
    ],
  },
];
