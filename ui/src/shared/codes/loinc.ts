import type { Table } from './table';

/** Lay names of laboratory tests by LOINC code. */
export const TESTS: Table = {
  '59261-8': ['Pikaajaline veresuhkur', 'Long-term blood sugar', 'Долгосрочный сахар крови'],
  '4548-4': ['Pikaajaline veresuhkur', 'Long-term blood sugar', 'Долгосрочный сахар крови'],
  '14749-6': ['Veresuhkur', 'Blood sugar', 'Сахар крови'],
  '2345-7': ['Veresuhkur', 'Blood sugar', 'Сахар крови'],
  '14647-2': ['Üldkolesterool', 'Total cholesterol', 'Общий холестерин'],
  '14646-4': ['Hea kolesterool', 'Good cholesterol', 'Хороший холестерин'],
  '22748-8': ['Halb kolesterool', 'Bad cholesterol', 'Плохой холестерин'],
  '14927-8': ['Vererasvad (triglütseriidid)', 'Blood fats (triglycerides)', 'Жиры крови (триглицериды)'],
  '14682-9': ['Neerunäit', 'Kidney marker', 'Показатель почек'],
  '62238-1': ['Neerude puhastusvõime', 'How well the kidneys filter', 'Очистительная способность почек'],
  '718-7': ['Hemoglobiin', 'Haemoglobin', 'Гемоглобин'],
  '6690-2': ['Valged verelibled', 'White blood cells', 'Белые клетки крови'],
  '789-8': ['Punased verelibled', 'Red blood cells', 'Красные клетки крови'],
  '777-3': ['Vereliistakud', 'Blood platelets', 'Тромбоциты'],
  '1988-5': ['Põletikunäit', 'Inflammation marker', 'Показатель воспаления'],
  '30341-2': ['Settereaktsioon', 'Sedimentation rate', 'Скорость оседания (СОЭ)'],
  '3016-3': ['Kilpnäärmenäit', 'Thyroid marker', 'Показатель щитовидной железы'],
  '14920-3': ['Kilpnäärmehormoon', 'Thyroid hormone', 'Гормон щитовидной железы'],
  '2276-4': ['Rauavaru', 'Iron store', 'Запас железа'],
  '1742-6': ['Maksanäit ALAT', 'Liver marker ALT', 'Показатель печени АЛТ'],
  '1920-8': ['Maksanäit ASAT', 'Liver marker AST', 'Показатель печени АСТ'],
  '2324-2': ['Maksanäit GGT', 'Liver marker GGT', 'Показатель печени ГГТ'],
  '14631-6': ['Bilirubiin', 'Bilirubin', 'Билирубин'],
  '2823-3': ['Kaalium', 'Potassium', 'Калий'],
  '2951-2': ['Naatrium', 'Sodium', 'Натрий'],
  '2000-8': ['Kaltsium', 'Calcium', 'Кальций'],
  '49498-9': ['D-vitamiin', 'Vitamin D', 'Витамин D'],
  '14685-2': ['B12-vitamiin', 'Vitamin B12', 'Витамин B12'],
  '2857-1': ['Eesnäärmenäit PSA', 'Prostate marker PSA', 'Показатель простаты ПСА'],
  '5902-2': ['Vere hüübimisaeg', 'Clotting time', 'Время свёртывания'],
  '6301-6': ['Vere hüübimine (INR)', 'Clotting (INR)', 'Свёртывание (МНО)'],
  '14933-6': ['Kusihape', 'Uric acid', 'Мочевая кислота'],
};

/** Units of the UCUM code system as people write them. */
export const UNITS: Readonly<Record<string, string>> = {
  'umol/L': 'µmol/L',
  '10*9/L': '10⁹/L',
  '10*12/L': '10¹²/L',
  'mL/min/{1.73_m2}': 'mL/min/1,73 m²',
  '%': '%',
  'mm/h': 'mm/h',
  'ug/L': 'µg/L',
};
