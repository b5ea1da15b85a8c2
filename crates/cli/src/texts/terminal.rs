//! What only a terminal says.

use toend_client::dto::Language;

/// One text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// First line of every page.
    Demonstration,
    /// No card in a reader, so a demonstration card is used.
    DemoCardUsed,
    /// Asks for PIN1.
    AskPin,
    /// `--pin` with a real card.
    PinNotOnCommandLine,
    /// A proof file was written.
    Saved,
    /// Head of a list.
    ListHead,
    /// Head of a list of which nothing is known now.
    ListUnknown,
    /// Shown from the saved copy.
    FromSaved,
    /// A list without entries.
    Empty,
    /// The ledger on one line.
    Ledger,
    /// Nothing verified yet.
    LedgerNone,
    /// Progress of synchronisation.
    Progress,
    /// Sealed between two times.
    SealedBetween,
    /// Sealed not before a time.
    SealedAfter,
    /// Fields not disclosed.
    Hidden,
    /// Checkpoint.
    Checkpoint,
    /// Ten words.
    Words,
    /// Who runs the ledger.
    Authorities,
    /// Registers.
    Registers,
    /// The data folder cannot be written.
    NotWritable,
    /// Saved data of a newer program.
    Newer,
    /// Network file not understood.
    BadNetworkFile,
    /// Sign in first.
    SignInFirst,
    /// No such record.
    NoSuchRecord,
    /// File cannot be used.
    BadFile,
    /// The embedded network did not start.
    NotStarted,
    /// Another running copy holds the data.
    Held,
    /// A filing is handed in.
    FilingHandedIn,
    /// A gateway took it.
    FilingTaken,
    /// A gateway did not take it.
    FilingElsewhere,
    /// The receipt holds and lies there.
    ReceiptKept,
    /// A file that is no receipt.
    NoReceipt,
    /// Another document's receipt.
    OtherReceipt,
    /// A receipt that proves nothing.
    ReceiptFails,
    /// A gateway took evidence.
    EvidenceTaken,
    /// It is known there.
    EvidenceKnown,
    /// It proves nothing.
    NotEvidence,
    /// It is too old.
    EvidenceTooOld,
    /// It is about another ledger.
    EvidenceElsewhere,
    /// It accuses no validator.
    NotForValidators,
    /// The gateway has no CometBFT.
    NoEngine,
    /// How to save the evidence against a gateway.
    SaveGatewayEvidence,
    /// Anything else.
    Other,
}

impl Text {
    /// The text for a help code that the window's table may not have.
    pub fn error(code: &str) -> Self {
        match code {
            "E66" => Self::NotWritable,
            "E67" => Self::Newer,
            "E68" => Self::BadNetworkFile,
            "E69" => Self::SignInFirst,
            "E70" => Self::NoSuchRecord,
            "E71" => Self::BadFile,
            "E72" => Self::NotStarted,
            "E73" => Self::Held,
            _ => Self::Other,
        }
    }
}

/// A text in a language.
pub const fn text(language: Language, text: Text) -> &'static str {
    let [et, en, ru] = all(text);
    match language {
        Language::Et => et,
        Language::En => en,
        Language::Ru => ru,
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
const fn all(text: Text) -> [&'static str; 3] {
    match text {
        Text::Demonstration => [
            "Näidis, ilma õigusjõuta",
            "Demonstration, no legal effect",
            "Демонстрация, без юридической силы",
        ],
        Text::DemoCardUsed => [
            "Lugejas kaarti ei ole: kasutame näidiskaarti {name}.",
            "No card in a reader: using the demonstration card of {name}.",
            "В считывателе нет карты: используется демонстрационная карта {name}.",
        ],
        Text::AskPin => [
            "PIN1 (katseid {left}): ",
            "PIN1 ({left} tries left): ",
            "PIN1 (попыток: {left}): ",
        ],
        Text::PinNotOnCommandLine => [
            "--pin on ainult näidiskaartidele. Päris kaardi PIN1 küsime eraldi, et see ei jääks käsuajalukku.",
            "--pin is for demonstration cards only. PIN1 of a real card is asked for, so that it stays out of the shell's history.",
            "--pin только для демонстрационных карт. PIN1 настоящей карты спрашивается отдельно, чтобы он не остался в истории команд.",
        ],
        Text::Saved => [
            "Tõend on salvestatud: {file} ({bytes} baiti). Kontrollimiseks: toend verify {file}",
            "The proof is saved: {file} ({bytes} bytes). To check it: toend verify {file}",
            "Доказательство сохранено: {file} ({bytes} байт). Проверить: toend verify {file}",
        ],
        Text::ListHead => [
            "{name}: {held} kirjet {count}-st tõendatud, seisuga {time}, leht {height}",
            "{name}: {held} of {count} entries proven, as of {time}, page {height}",
            "{name}: доказано записей {held} из {count}, на {time}, лист {height}",
        ],
        Text::ListUnknown => [
            "{name}: kirjete arv ei ole praegu teada",
            "{name}: the number of entries is not known now",
            "{name}: число записей сейчас неизвестно",
        ],
        Text::FromSaved => [
            "Register ei vastanud; siin on salvestatud koopia, uuesti kontrollitud.",
            "The register did not answer; this is the saved copy, checked again.",
            "Регистр не ответил; это сохранённая копия, проверенная заново.",
        ],
        Text::Empty => ["Kirjeid ei ole.", "No entries.", "Записей нет."],
        Text::Ledger => [
            "Pearaamat: leht {height}, {time}; {signed} asutust {total}-st allkirjastas",
            "Ledger: page {height}, {time}; {signed} of {total} authorities signed",
            "Книга: лист {height}, {time}; подписали {signed} из {total} учреждений",
        ],
        Text::LedgerNone => [
            "Pearaamatust ei ole veel ühtki lehte kontrollitud",
            "No page of the ledger is verified yet",
            "Ни один лист книги ещё не проверен",
        ],
        Text::Progress => [
            "lehti kontrollitud {done}/{total}, {rate} sekundis ",
            "pages verified {done}/{total}, {rate} a second ",
            "проверено листов {done}/{total}, {rate} в секунду ",
        ],
        Text::SealedBetween => [
            "Pitseeritud lehel {height}, ajavahemikus {from} kuni {until}",
            "Sealed in page {height}, between {from} and {until}",
            "Скреплено на листе {height}, между {from} и {until}",
        ],
        Text::SealedAfter => [
            "Pitseeritud lehel {height}, mitte enne {from}",
            "Sealed in page {height}, not before {from}",
            "Скреплено на листе {height}, не раньше {from}",
        ],
        Text::Hidden => [
            "{count} välja ei ole avaldatud",
            "{count} fields were not disclosed",
            "полей не раскрыто: {count}",
        ],
        Text::Checkpoint => [
            "Lähtepunkt: leht {height}, {time}",
            "Starting point: page {height}, {time}",
            "Исходная точка: лист {height}, {time}",
        ],
        Text::Words => [
            "Kümme kontrollsõna",
            "Ten words to compare",
            "Десять слов для сверки",
        ],
        Text::Authorities => ["Asutused", "Authorities", "Учреждения"],
        Text::Registers => ["Registrid", "Registers", "Регистры"],
        Text::NotWritable => [
            "Andmekausta ei saa kirjutada. Valige teine: --data-dir KAUST.",
            "The data folder cannot be written. Choose another: --data-dir FOLDER.",
            "В папку данных нельзя писать. Выберите другую: --data-dir ПАПКА.",
        ],
        Text::Newer => [
            "Salvestatud andmed on uuemast programmist. Uuendage programmi.",
            "The saved data was written by a newer program. Update this one.",
            "Сохранённые данные записаны более новой программой. Обновите эту.",
        ],
        Text::BadNetworkFile => [
            "Võrgufail on vigane või tundmatu. Küsige see uuesti.",
            "The network file is damaged or not understood. Get it again.",
            "Файл сети повреждён или непонятен. Получите его снова.",
        ],
        Text::SignInFirst => [
            "Sessioon puudub või on lõppenud. Logige kaardiga uuesti sisse.",
            "There is no session, or it has ended. Sign in with the card again.",
            "Сеанса нет или он закончился. Войдите с картой снова.",
        ],
        Text::NoSuchRecord => [
            "Sellist kirjet, välja või kaarti ei ole, või kirje ei ole tõendatud. Loetelu: toend records.",
            "There is no such record, field or card, or the record is not proven. For the list: toend records.",
            "Такой записи, поля или карты нет, или запись не доказана. Список: toend records.",
        ],
        Text::BadFile => [
            "Faili ei saa lugeda või kirjutada ({kind}).",
            "The file cannot be read or written ({kind}).",
            "Файл нельзя прочитать или записать ({kind}).",
        ],
        Text::NotStarted => [
            "Näidisvõrk ei käivitunud ({reason}). Proovige uuesti või valige teine andmekaust.",
            "The demonstration network did not start ({reason}). Try again, or choose another data folder.",
            "Демонстрационная сеть не запустилась ({reason}). Попробуйте снова или выберите другую папку данных.",
        ],
        Text::Held => [
            "Teine käimasolev programm hoiab andmeid kinni. Oodake ja proovige uuesti.",
            "Another running copy holds the saved data. Wait and try again.",
            "Данные занимает другая запущенная копия. Подождите и попробуйте снова.",
        ],
        Text::FilingHandedIn => [
            "Anname üle: {name}",
            "Handing in: {name}",
            "Передаём: {name}",
        ],
        Text::FilingTaken => [
            "{name} võttis vastu; ootame pearaamatu lehte",
            "{name} took it; waiting for a page of the ledger",
            "{name}: принято; ждём лист книги",
        ],
        Text::FilingElsewhere => [
            "{name}: ei õnnestunud; küsime teiselt asutuselt",
            "{name}: did not succeed; asking another authority",
            "{name}: не удалось; обращаемся к другому учреждению",
        ],
        Text::ReceiptKept => [
            "Kviitung kehtib: {file}. Hoidke see koos dokumendiga alles.",
            "The receipt holds: {file}. Keep it together with the document.",
            "Квитанция действительна: {file}. Храните её вместе с документом.",
        ],
        Text::NoReceipt => [
            "{file} ei ole kviitung. Valige teine: --receipt FAIL.",
            "{file} is not a receipt. Choose another: --receipt FILE.",
            "{file} не квитанция. Выберите другой файл: --receipt ФАЙЛ.",
        ],
        Text::OtherReceipt => [
            "{file} on teise dokumendi, registri või võrgu kviitung. Valige teine: --receipt FAIL.",
            "{file} is the receipt of another document, register or network. Choose another: --receipt FILE.",
            "{file} – квитанция другого документа, регистра или сети. Выберите другой файл: --receipt ФАЙЛ.",
        ],
        Text::ReceiptFails => [
            "Kviitung {file} ei tõenda midagi. Kustutage see ja esitage dokument uuesti.",
            "The receipt {file} proves nothing. Delete it and file the document again.",
            "Квитанция {file} ничего не доказывает. Удалите её и подайте документ снова.",
        ],
        Text::EvidenceTaken => [
            "võetud; kontrollitud, jõuab pearaamatu lehele",
            "taken: checked there, and on its way into a page of the ledger",
            "принято: проверено и попадёт на лист книги",
        ],
        Text::EvidenceKnown => ["juba teada", "known already", "уже известно"],
        Text::NotEvidence => [
            "see ei tõenda, et keegi oleks kahele versioonile alla kirjutanud",
            "this does not prove that anybody signed two versions",
            "это не доказывает, что кто-либо подписал две версии",
        ],
        Text::EvidenceTooOld => [
            "liiga vana: nii kaugele tagasi pearaamat süüdistusi enam ei võta. Näidake faili asutustele, audiitorile või kohtule.",
            "too old: the ledger takes no accusation from so long ago. Show the file to the authorities, an auditor or a court.",
            "слишком давно: за такой срок книга обвинений уже не принимает. Покажите файл ведомствам, аудитору или суду.",
        ],
        Text::EvidenceElsewhere => [
            "see on teise pearaamatu kohta: andke --network selle võrgufail",
            "this is about another ledger: give its network file with --network",
            "это о другой книге: укажите её файл сети через --network",
        ],
        Text::NotForValidators => [
            "Siin on ühe asutuse serveri kaks vastust. Lehtede allkirjastajaid see ei süüdista, pearaamat seda vastu ei võta. Näidake faili teistele asutustele, audiitorile või kohtule; kontrollida saab igaüks: toend evidence verify.",
            "These are two answers of one authority's server. They accuse nobody who signs pages, so the ledger does not take them. Show the file to the other authorities, an auditor or a court; anybody can check it: toend evidence verify.",
            "Это два ответа сервера одного ведомства. Подписывающих листы это не обвиняет, и книга этого не принимает. Покажите файл другим ведомствам, аудитору или суду; проверить может каждый: toend evidence verify.",
        ],
        Text::NoEngine => [
            "selles võrgus ei ole CometBFT-d, kellele tõendit anda (näidisvõrk)",
            "there is no CometBFT here to give it to (a demonstration network)",
            "здесь нет CometBFT, которому его передать (демонстрационная сеть)",
        ],
        Text::SaveGatewayEvidence => [
            "Tõendi salvestamiseks: toend evidence save --gateway {gateway} FAIL",
            "To save the evidence: toend evidence save --gateway {gateway} FILE",
            "Сохранить доказательство: toend evidence save --gateway {gateway} ФАЙЛ",
        ],
        Text::Other => [
            "Midagi läks valesti.",
            "Something went wrong.",
            "Что-то пошло не так.",
        ],
    }
}
