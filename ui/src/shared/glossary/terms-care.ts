import type { Term } from './terms';

/** Words of visits, prescriptions, vaccinations and referrals. */
export const CARE_TERMS: readonly Term[] = [
  {
    id: 'epicrisis',
    words: ['epikriis*'],
    name: ['Epikriis', 'Visit summary (epicrisis)', 'Эпикриз'],
    text: [
      'Arsti kokkuvõte visiidist või haiglaravist: miks tulite, mida leiti, mida tehti ja mis edasi saab.',
      'The doctor’s summary of a visit or a hospital stay: why you came, what was found, what was done and what comes next.',
      'Итог визита или лечения в больнице: почему вы пришли, что нашли, что сделали и что дальше.',
    ],
  },
  {
    id: 'referral',
    words: ['saatekir*'],
    name: ['Saatekiri', 'Referral', 'Направление'],
    text: [
      'Arsti luba ja selgitus, millega saate eriarsti vastuvõtule või uuringule. Aja broneerite ise.',
      'A doctor’s request that lets you see a specialist or have a study. You book the time yourself.',
      'Документ врача, по которому вас примет специалист или проведут исследование. Время вы бронируете сами.',
    ],
  },
  {
    id: 'econsultation',
    words: ['e-konsultatsioon*'],
    name: ['E-konsultatsioon', 'E-consultation', 'Э-консультация'],
    text: [
      'Teie arst küsib eriarstilt nõu kirja teel. Kohale te minema ei pea, kui eriarst vastuvõtule ei kutsu.',
      'Your doctor asks a specialist for advice in writing. You need not go anywhere unless the specialist calls you in.',
      'Ваш врач письменно советуется со специалистом. Идти никуда не нужно, если специалист не пригласит.',
    ],
  },
  {
    id: 'diagnosis',
    words: ['diagnoos*'],
    name: ['Diagnoos', 'Diagnosis', 'Диагноз'],
    text: [
      'Haiguse või seisundi nimi, mille arst kirja pani. Põhidiagnoos on visiidi peamine põhjus, kaasuv tuleb arvesse selle kõrval.',
      'The name of an illness or condition that the doctor wrote down. The main one is the reason for the visit; additional ones matter beside it.',
      'Название болезни или состояния, записанное врачом. Основной диагноз – причина визита, сопутствующий учитывается рядом с ним.',
    ],
  },
  {
    id: 'icd10',
    words: ['RHK-10', 'RHK', 'ICD-10'],
    name: ['RHK-10 kood', 'ICD-10 code', 'Код МКБ-10'],
    text: [
      'Rahvusvaheline haiguste loend. Täht näitab haiguste rühma (I: vereringe, E: ainevahetus), numbrid täpset haigust.',
      'The international list of diseases. The letter is the group (I: circulation, E: metabolism), the digits are the disease.',
      'Международный перечень болезней. Буква – группа (I: кровообращение, E: обмен веществ), цифры – сама болезнь.',
    ],
  },
  {
    id: 'anamnesis',
    words: ['anamnees*'],
    name: ['Anamnees', 'History (anamnesis)', 'Анамнез'],
    text: [
      'See, mida te ise arstile rääkisite: kaebused, varasemad haigused, harjumused.',
      'What you told the doctor: complaints, earlier illnesses, habits.',
      'То, что вы сами рассказали врачу: жалобы, прежние болезни, привычки.',
    ],
  },
  {
    id: 'status',
    words: ['objektiivne leid*', 'iseärasusteta'],
    name: ['Leid', 'Findings', 'Осмотр'],
    text: [
      'See, mida arst nägi, kuulis ja mõõtis. „Iseärasusteta” tähendab, et midagi ebatavalist ei leitud.',
      'What the doctor saw, heard and measured. “Iseärasusteta” means that nothing unusual was found.',
      'То, что врач увидел, услышал и измерил. «Iseärasusteta» значит: ничего необычного не найдено.',
    ],
  },
  {
    id: 'outpatient',
    words: ['ambulatoor*'],
    name: ['Ambulatoorne', 'Out-patient', 'Амбулаторный'],
    text: [
      'Vastuvõtt, mille järel lähete samal päeval koju. Statsionaarne ravi tähendab, et jääte haiglasse.',
      'A visit after which you go home the same day. In-patient care means that you stay in hospital.',
      'Приём, после которого вы в тот же день идёте домой. Стационарное лечение – вы остаётесь в больнице.',
    ],
  },
  {
    id: 'remote',
    words: ['kaugvastuvõt*'],
    name: ['Kaugvastuvõtt', 'Remote visit', 'Дистанционный приём'],
    text: ['Vastuvõtt telefoni või videokõne teel.', 'A visit by telephone or video call.', 'Приём по телефону или видеосвязи.'],
  },
  {
    id: 'speciality',
    words: [],
    name: ['Eriala', 'Speciality', 'Специальность'],
    text: [
      'Arsti kitsam ala, näiteks kardioloogia (süda) või oftalmoloogia (silmad).',
      'The doctor’s field, for example kardioloogia (heart) or oftalmoloogia (eyes).',
      'Область врача, например kardioloogia (сердце) или oftalmoloogia (глаза).',
    ],
  },
  {
    id: 'doctorCode',
    words: [],
    name: ['Arsti kood', 'Doctor’s code', 'Код врача'],
    text: [
      'Number, millega iga arst, õde või ämmaemand on terviseametis registreeritud. Algab tähega D, N või A.',
      'The number under which every doctor, nurse or midwife is registered. It begins with a letter such as D or N.',
      'Номер, под которым зарегистрирован каждый врач, медсестра или акушерка. Начинается с буквы, например D или N.',
    ],
  },
  {
    id: 'bp',
    words: ['RR'],
    name: ['RR: vererõhk', 'RR: blood pressure', 'RR: давление'],
    text: [
      'Kaks arvu: ülemine siis, kui süda tõmbub kokku, alumine siis, kui see lõõgastub. Ühik on mmHg.',
      'Two numbers: the upper while the heart contracts, the lower while it rests. The unit is mmHg.',
      'Два числа: верхнее при сокращении сердца, нижнее при расслаблении. Единица – мм рт. ст.',
    ],
  },
  {
    id: 'bmi',
    words: ['KMI'],
    name: ['KMI: kehamassiindeks', 'KMI: body-mass index', 'KMI: индекс массы тела'],
    text: [
      'Kehakaal kilogrammides jagatud pikkuse ruuduga meetrites. Täiskasvanul loetakse tavaliseks 18,5 kuni 25.',
      'Weight in kilograms divided by height in metres squared. For adults 18.5 to 25 is considered usual.',
      'Вес в килограммах, делённый на квадрат роста в метрах. Для взрослых обычным считается от 18,5 до 25.',
    ],
  },
  {
    id: 'ecg',
    words: ['EKG'],
    name: ['EKG: südamefilm', 'ECG: heart tracing', 'ЭКГ'],
    text: [
      'Südame elektrilise töö joonis. Valutu, kestab mõne minuti.',
      'A drawing of the heart’s electrical work. It does not hurt and takes a few minutes.',
      'Запись электрической работы сердца. Безболезненно, несколько минут.',
    ],
  },
  {
    id: 'sinus',
    words: ['siinusrütm*'],
    name: ['Siinusrütm', 'Sinus rhythm', 'Синусовый ритм'],
    text: ['Südame tavaline korrapärane rütm.', 'The heart’s ordinary, regular rhythm.', 'Обычный ровный ритм сердца.'],
  },
  {
    id: 'lasegue',
    words: ['Lasègue'],
    name: ['Lasègue’i katse', 'Lasègue’s test', 'Проба Ласега'],
    text: [
      'Arst tõstab lamaja sirget jalga. Valu jalas võib viidata närvijuure ärritusele alaseljas.',
      'The doctor lifts your straight leg while you lie down. Pain in the leg may point to an irritated nerve in the lower back.',
      'Врач поднимает прямую ногу лежащего. Боль в ноге может указывать на раздражение нерва в пояснице.',
    ],
  },
  {
    id: 'negative',
    words: ['negatiiv*'],
    name: ['Negatiivne', 'Negative', 'Отрицательный'],
    text: [
      'Otsitut ei leitud. Arstikeeles on see enamasti hea uudis.',
      'What was looked for was not found. In medicine this is mostly good news.',
      'Искомое не найдено. На языке врачей это чаще хорошая новость.',
    ],
  },
  {
    id: 'positive',
    words: ['positiiv*'],
    name: ['Positiivne', 'Positive', 'Положительный'],
    text: [
      'Otsitu leiti, näiteks nakkuse tekitaja. See ei tähenda „hea”.',
      'What was looked for was found, for example a germ. It does not mean “good”.',
      'Искомое найдено, например возбудитель. Это не значит «хорошо».',
    ],
  },
  {
    id: 'fundus',
    words: ['silmapõh*'],
    name: ['Silmapõhja uuring', 'Eye-fundus check', 'Осмотр глазного дна'],
    text: [
      'Silmaarst vaatab läbi pupilli silma tagaosa veresooni. Diabeedi korral tehakse seda kord aastas.',
      'The eye doctor looks at the blood vessels at the back of the eye. With diabetes it is done once a year.',
      'Врач осматривает сосуды в глубине глаза. При диабете это делают раз в год.',
    ],
  },
  {
    id: 'physio',
    words: ['füsioteraapia*'],
    name: ['Füsioteraapia', 'Physiotherapy', 'Физиотерапия'],
    text: ['Ravi liikumise ja harjutustega.', 'Treatment by movement and exercises.', 'Лечение движением и упражнениями.'],
  },
  {
    id: 'diabetes2',
    words: ['II tüüpi diabee*', 'II tüübi diabee*'],
    name: ['II tüüpi diabeet', 'Type 2 diabetes', 'Диабет 2 типа'],
    text: [
      'Keha ei kasuta insuliini hästi ja veresuhkur püsib kõrge. Ravi on liikumine, toit ja vajaduse korral tabletid või insuliin.',
      'The body does not use insulin well and blood sugar stays high. It is treated by exercise, food and, if needed, tablets or insulin.',
      'Организм плохо использует инсулин, и сахар в крови остаётся высоким. Помогают движение, питание и при нужде таблетки или инсулин.',
    ],
  },
  {
    id: 'hypertension',
    words: ['hüpertoonia*', 'hüpertensioon*'],
    name: ['Hüpertooniatõbi', 'Hypertension', 'Гипертония'],
    text: ['Püsivalt kõrge vererõhk.', 'Blood pressure that stays high.', 'Стойко высокое давление.'],
  },
  {
    id: 'prescription',
    words: ['retsept*'],
    name: ['Retsept', 'Prescription', 'Рецепт'],
    text: [
      'Arsti luba ravimit osta. See on digitaalne: apteegis piisab ID-kaardist.',
      'A doctor’s permission to buy a medicine. It is digital: in the pharmacy your ID card is enough.',
      'Разрешение врача купить лекарство. Он цифровой: в аптеке достаточно ID-карты.',
    ],
  },
  {
    id: 'repeat',
    words: [],
    name: ['Kordsus', 'Repeats', 'Повторность'],
    text: [
      'Mitu korda võib selle retseptiga ravimit välja osta. Kolmekordset retsepti kasutatakse püsiva ravi korral.',
      'How many times the medicine may be bought on this prescription. A triple one is used in lasting treatment.',
      'Сколько раз можно купить лекарство по этому рецепту. Трёхкратный бывает при постоянном лечении.',
    ],
  },
  {
    id: 'substance',
    words: ['toimeaine*'],
    name: ['Toimeaine', 'Active substance', 'Действующее вещество'],
    text: [
      'Aine, mis ravib. Eri tootjate ravimid võivad kanda eri nime, kuid sama toimeainet.',
      'What does the healing. Medicines of different makers may have different names but the same substance.',
      'То, что лечит. Лекарства разных фирм могут называться по-разному, но содержать одно вещество.',
    ],
  },
  {
    id: 'atc',
    words: ['ATC'],
    name: ['ATC-kood', 'ATC code', 'Код АТХ'],
    text: [
      'Ravimite rahvusvaheline liigitus. Esimene täht on kehaosa (A: seedimine ja ainevahetus, C: süda), edasi ravimirühm ja toimeaine.',
      'The international grouping of medicines. The first letter is the part of the body (A: digestion and metabolism, C: heart), then group and substance.',
      'Международная классификация лекарств. Первая буква – часть тела (A: пищеварение и обмен, C: сердце), далее группа и вещество.',
    ],
  },
  {
    id: 'substitution',
    words: [],
    name: ['Asendamine', 'Substitution', 'Замена'],
    text: [
      'Kas apteeker võib anda teise tootja ravimi sama toimeainega, tavaliselt odavama.',
      'Whether the pharmacist may give another maker’s medicine with the same substance, usually a cheaper one.',
      'Может ли аптекарь дать лекарство другой фирмы с тем же веществом, обычно дешевле.',
    ],
  },
  {
    id: 'authorisation',
    words: [],
    name: ['Kes võib välja osta', 'Who may buy it', 'Кто может выкупить'],
    text: [
      'Igaüks, ainult teie ise või inimene, kelle olete volitanud.',
      'Anyone, only you, or a person whom you have authorised.',
      'Любой, только вы или человек, которого вы уполномочили.',
    ],
  },
  {
    id: 'discount',
    words: ['soodusta*'],
    name: ['Soodustus', 'Discount', 'Льгота'],
    text: [
      'Osa ravimi hinnast, mille tasub Tervisekassa. Sõltub diagnoosist ja ravimist.',
      'The part of the price that the health insurance pays. It depends on the diagnosis and the medicine.',
      'Часть цены, которую платит больничная касса. Зависит от диагноза и лекарства.',
    ],
  },
  {
    id: 'metformin',
    words: ['metformiin*'],
    name: ['Metformiin', 'Metformin', 'Метформин'],
    text: [
      'Diabeediravim, mis aitab kehal suhkrut paremini kasutada. Võetakse söögi ajal.',
      'A diabetes medicine that helps the body use sugar better. Taken with food.',
      'Лекарство от диабета, помогает организму лучше использовать сахар. Принимают с едой.',
    ],
  },
  {
    id: 'enalapril',
    words: ['enalapriil*'],
    name: ['Enalapriil', 'Enalapril', 'Эналаприл'],
    text: [
      'Vererõhuravim (AKE inhibiitor): lõõgastab veresooni.',
      'A blood-pressure medicine (ACE inhibitor): it relaxes the blood vessels.',
      'Лекарство от давления (ингибитор АПФ): расслабляет сосуды.',
    ],
  },
  {
    id: 'ibuprofen',
    words: ['ibuprofeen*'],
    name: ['Ibuprofeen', 'Ibuprofen', 'Ибупрофен'],
    text: ['Valu- ja põletikuvastane ravim.', 'A medicine against pain and inflammation.', 'Лекарство от боли и воспаления.'],
  },
  {
    id: 'antibiotic',
    words: ['antibiootikum*'],
    name: ['Antibiootikum', 'Antibiotic', 'Антибиотик'],
    text: [
      'Ravim bakterite vastu. Viirustele see ei mõju; kuur võtke lõpuni.',
      'A medicine against bacteria. It does not work on viruses; finish the course.',
      'Лекарство от бактерий. На вирусы не действует; курс доводят до конца.',
    ],
  },
  {
    id: 'insulin',
    words: ['insuliin*'],
    name: ['Insuliin', 'Insulin', 'Инсулин'],
    text: [
      'Hormoon, mis viib suhkru verest rakkudesse. Seda toodab kõhunääre, vajaduse korral süstitakse.',
      'The hormone that moves sugar from the blood into the cells. The pancreas makes it; if needed it is injected.',
      'Гормон, который переносит сахар из крови в клетки. Его вырабатывает поджелудочная железа, при нужде вводят уколом.',
    ],
  },
  {
    id: 'narcotic',
    words: ['narkooti*'],
    name: ['Narkootilise ravimi retsept', 'Narcotic prescription', 'Рецепт на наркотическое средство'],
    text: [
      'Eriretsept tugevatoimelisele ravimile. Kehtib lühemalt ja väljaost on rangem.',
      'A special prescription for a strong medicine. It is valid for a shorter time and sold under stricter rules.',
      'Особый рецепт на сильное средство. Действует меньше, выдают строже.',
    ],
  },
  {
    id: 'batch',
    words: [],
    name: ['Partii', 'Batch', 'Партия'],
    text: [
      'Ühe tootmiskorra number. Selle järgi leitakse vaktsiin üles, kui tootja midagi tagasi kutsub.',
      'The number of one production run. It helps to find a vaccine if the maker recalls it.',
      'Номер одного выпуска. По нему находят вакцину, если изготовитель её отзывает.',
    ],
  },
  {
    id: 'dose',
    words: ['doos*'],
    name: ['Doos', 'Dose', 'Доза'],
    text: [
      'Üks süst või kogus. Mõni vaktsiin vajab mitut doosi, et kaitse püsiks.',
      'One injection or amount. Some vaccines need several doses before the protection lasts.',
      'Один укол или количество. Некоторым вакцинам нужно несколько доз, чтобы защита держалась.',
    ],
  },
  {
    id: 'booster',
    words: ['revaktsineer*', 'tõhustusdoos*'],
    name: ['Tõhustusdoos', 'Booster', 'Ревакцинация'],
    text: [
      'Kordusdoos, mis värskendab kaitset. Teetanuse vaktsiini korratakse iga kümne aasta järel.',
      'A repeat dose that refreshes the protection. Tetanus is repeated every ten years.',
      'Повторная доза, обновляющая защиту. От столбняка повторяют каждые десять лет.',
    ],
  },
  {
    id: 'tbe',
    words: ['puukentsefalii*'],
    name: ['Puukentsefaliit', 'Tick-borne encephalitis', 'Клещевой энцефалит'],
    text: [
      'Puugi levitatav viirus, mis võib põhjustada ajupõletikku. Vaktsiini on kolm doosi, siis kordus iga 3–5 aasta järel.',
      'A virus carried by ticks that can inflame the brain. The vaccine takes three doses, then one every 3 to 5 years.',
      'Вирус от клещей, может вызвать воспаление мозга. Вакцина: три дозы, затем раз в 3–5 лет.',
    ],
  },
  {
    id: 'urgency',
    words: ['plaanili*'],
    name: ['Plaaniline ja kiire', 'Routine and urgent', 'Плановое и срочное'],
    text: [
      'Plaaniline võib oodata järjekorras, kiire peab saama aja lühema ajaga.',
      'Routine may wait in the queue; urgent must get a time sooner.',
      'Плановое может ждать очереди, срочное должны принять раньше.',
    ],
  },
  {
    id: 'sickleave',
    words: ['haigusleh*', 'töövõimetusleh*'],
    name: ['Töövõimetusleht', 'Sick-leave certificate', 'Больничный лист'],
    text: [
      'Arsti kinnitus, et te ei saa tööd teha. Selle alusel makstakse hüvitist.',
      'A doctor’s confirmation that you cannot work. Compensation is paid on it.',
      'Подтверждение врача, что вы не можете работать. По нему платят пособие.',
    ],
  },
  {
    id: 'closed',
    words: ['suletud dokument*'],
    name: ['Suletud dokument', 'Closed document', 'Закрытый документ'],
    text: [
      'Olete arstidele selle vaatamise keelanud. Teie ise näete seda alati, ja avada saate ainult teie.',
      'You have forbidden doctors to see it. You always see it yourself, and only you can open it again.',
      'Вы запретили врачам его видеть. Сами вы видите его всегда, и открыть снова можете только вы.',
    ],
  },
];
