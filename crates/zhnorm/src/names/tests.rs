use super::*;

fn garbled(name: &str, written: Charset, read: Charset) -> String {
    let bytes = written.encode(name).unwrap();
    read.decode(&bytes).unwrap()
}

fn new_names(names: &[&[u8]]) -> Vec<Option<String>> {
    verdicts(names, &Normalizer::default())
        .iter()
        .map(|verdict| verdict.name().map(str::to_owned))
        .collect()
}

const CHINESE: [&str; 13] = [
    "中文.txt",
    "第一章 少年出山.txt",
    "会议纪要.doc",
    "周杰伦 - 晴天.mp3",
    "新建文本文档.txt",
    "照片001.jpg",
    "2019年财务报表(终稿).xls",
    "新建文件夹",
    "说明.txt",
    "【电影】大话西游.avi",
    "三国演义-罗贯中.epub",
    "毕业论文",
    "四级真题",
];

#[test]
fn a_name_alone_is_read_where_it_is_sure() {
    let mut missed = Vec::new();
    for name in CHINESE {
        let raw = Charset::Gbk.encode(name).unwrap();
        if new_names(&[&raw]) != [Some(name.to_owned())] {
            missed.push(format!("{name} raw"));
        }
        for (written, read) in [
            (Charset::Gbk, Charset::Cp437),
            (Charset::Gbk, Charset::Windows1252),
            (Charset::Utf8, Charset::Cp437),
            (Charset::Utf8, Charset::Windows1252),
            (Charset::Utf8, Charset::MacRoman),
        ] {
            let wrong = garbled(name, written, read);
            let new = new_names(&[wrong.as_bytes()]);
            if new != [Some(name.to_owned())] {
                missed.push(format!("{name} {wrong} {written:?} {read:?} {new:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn healthy_names_of_any_language_stay() {
    let names = [
        "Müller.txt",
        "café.doc",
        "Ünïcödé",
        "naïve résumé.pdf",
        "Åse Øst.jpg",
        "São Paulo",
        "Łódź.txt",
        "Привет.txt",
        "ЦРОД.doc",
        "документ.pdf",
        "Ελληνικά.txt",
        "日本語.txt",
        "ファイル.zip",
        "いろは",
        "ﾌｧｲﾙ.txt",
        "한국어.txt",
        "사진.jpg",
        "ไทย.txt",
        "שלום.txt",
        "中文.txt",
        "電腦.doc",
        "涓涓细流.txt",
        "方羆",
        "陳公祜.jpg",
        "陳友文.doc",
        "癬 11.txt",
        "═══.txt",
        "────目录────.txt",
        "████.txt",
        "½ cup.txt",
        "10°C ± 2.txt",
        "αβγ.txt",
        "№5.txt",
        "Don’t.txt",
        "“好”.txt",
        "#U4e2d",
        "#Upload.txt",
        "100%.txt",
        "50%25.txt",
        "%E4.txt",
        "😀.png",
        "Ñandú.txt",
        "ÄÖÜ.txt",
        "ÄÖÜß.txt",
        "ÅÄÖ.mp3",
        "Çağrı.txt",
        "İstanbul",
        "Đà Nẵng.txt",
        "ÀÉÈ.txt",
        "ÇA VA.txt",
        "ÉTÉ.txt",
        "DÉJÀ VU.mp3",
        "ÍÓÚ.txt",
        "tÿp",
        "±0.txt",
        "§1 BGB.txt",
        "©2020.txt",
    ];
    let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    for (name, new) in names.iter().zip(new_names(&bytes)) {
        if *name == "#U4e2d" {
            continue;
        }
        assert_eq!(new, None, "{name} in the folder");
        assert_eq!(new_names(&[name.as_bytes()]), [None], "{name} alone");
    }
}

#[test]
fn names_in_the_encodings_of_other_languages_are_left_alone() {
    use encoding_rs::{EUC_JP, EUC_KR, IBM866, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
    let cases: [(&encoding_rs::Encoding, &[&str]); 7] = [
        (
            WINDOWS_1252,
            &[
                "Müller.txt",
                "café.doc",
                "ÄÖÜ.txt",
                "Ünïcödé",
                "DÉJÀ VU.mp3",
                "ÍÓÚ.txt",
            ],
        ),
        (
            WINDOWS_1251,
            &[
                "Привет.txt",
                "документ.pdf",
                "Новая папка",
                "Фото",
                "отчёт 2019.xls",
            ],
        ),
        (
            IBM866,
            &["Привет.txt", "документ.pdf", "Новая папка", "Фото"],
        ),
        (
            KOI8_R,
            &["Привет.txt", "документ.pdf", "Новая папка", "Фото"],
        ),
        (
            SHIFT_JIS,
            &[
                "日本語.txt",
                "新しいフォルダ",
                "ファイル.zip",
                "説明書.pdf",
                "写真.jpg",
            ],
        ),
        (
            EUC_JP,
            &[
                "日本語.txt",
                "新しいフォルダ",
                "ファイル.zip",
                "説明書.pdf",
                "お面の中で.txt",
                "あの人が.txt",
            ],
        ),
        (
            EUC_KR,
            &[
                "한국어.txt",
                "사진.jpg",
                "새 폴더",
                "문서.hwp",
                "보고서 최종.hwp",
                "음악",
                "영화",
            ],
        ),
    ];
    for (encoding, names) in cases {
        let raw: Vec<Vec<u8>> = (names.iter())
            .map(|name| encoding.encode(name).0.into_owned())
            .collect();
        let all: Vec<&[u8]> = raw.iter().map(Vec::as_slice).collect();
        for (name, new) in names.iter().zip(new_names(&all)) {
            assert_eq!(new, None, "{name} {}", encoding.name());
        }
        for read in [
            Charset::Cp437,
            Charset::Windows1252,
            Charset::MacRoman,
            Charset::Cp850,
        ] {
            let wrong: Vec<String> = raw.iter().filter_map(|raw| read.decode(raw)).collect();
            let all: Vec<&[u8]> = wrong.iter().map(String::as_bytes).collect();
            for (name, new) in wrong.iter().zip(new_names(&all)) {
                assert_eq!(new, None, "{name} {} {read:?}", encoding.name());
            }
        }
    }
}

#[test]
fn the_names_of_a_folder_decide_together() {
    let names: Vec<String> = ["书.txt", "第一章 少年出山.txt", "目录", "会议纪要.doc"]
        .iter()
        .map(|name| garbled(name, Charset::Gbk, Charset::Cp437))
        .collect();
    let bytes: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
    let new = new_names(&bytes);
    assert_eq!(new[0].as_deref(), Some("书.txt"));
    assert_eq!(new[2].as_deref(), Some("目录"));
    // Restored names stay, so that a second run changes nothing.
    let restored: Vec<String> = new.into_iter().flatten().collect();
    let bytes: Vec<&[u8]> = restored.iter().map(String::as_bytes).collect();
    assert_eq!(new_names(&bytes), vec![None; 4]);
}

#[test]
fn escapes_of_unzip_and_of_fetchers_are_read() {
    for (name, new) in [
        ("#U4e2d#U6587.txt", Some("中文.txt")),
        ("a#U7b2c1.txt", Some("a第1.txt")),
        ("%E4%B8%AD%E6%96%87%20a.txt", Some("中文 a.txt")),
        ("%E4%B8%AD%2Fa.txt", Some("中%2Fa.txt")),
        ("%E4%B8.txt", None),
        ("#U002f", None),
        ("#Utopia", None),
        ("caf%C3%A9.txt", None),
    ] {
        assert_eq!(
            new_names(&[name.as_bytes()]),
            [new.map(str::to_owned)],
            "{name}"
        );
    }
}

#[test]
fn what_would_do_harm_is_refused() {
    let to = |tag: &str| Normalizer::new(Options::default().with_to(tag.parse().unwrap()));
    let judged = |names: &[&str], normalizer: &Normalizer| {
        let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
        verdicts(&bytes, normalizer)
    };
    // Two become one, or one becomes another.
    let two = judged(&["電腦.txt", "电脑.txt"], &to("zh-Hans"));
    assert!(matches!(&two[0], Verdict::Refuse(Refusal::Taken { name }) if name == "电脑.txt"));
    assert_eq!(two[1], Verdict::Keep);
    let both = judged(
        &["%E4%B8%AD.txt", "#U4e2d.TXT", "#U4e2d.txt"],
        &Normalizer::default(),
    );
    assert!(
        both.iter()
            .all(|one| matches!(one, Verdict::Refuse(Refusal::Taken { .. })))
    );
    // Too long, unsafe, lost.
    let long = "%E4%B8%AD".repeat(86);
    let long = judged(&[&long], &Normalizer::default());
    assert!(matches!(&long[0], Verdict::Refuse(Refusal::TooLong { .. })));
    let lost = judged(&["锟斤拷.txt", "涓\u{FFFD}.txt"], &Normalizer::default());
    assert_eq!(
        lost,
        [
            Verdict::Refuse(Refusal::Lost),
            Verdict::Refuse(Refusal::Lost)
        ]
    );
    assert!(is_safe("中.txt", b"a.txt") && !is_safe("-中.txt", b"a.txt"));
    assert!(
        !is_safe("中/a.txt", b"a.txt")
            && !is_safe("中.exe", b"a.txt")
            && !is_safe("中\u{202E}.txt", b"a.txt")
    );
    let raw = verdicts(&[b"caf\xE9.txt"], &Normalizer::default());
    assert_eq!(raw, [Verdict::Refuse(Refusal::Unread)]);
    // The user knows better.
    let options = Options::default()
        .with_decode(crate::decode::Options::default().with_encoding(Encoding::GBK));
    let named = verdicts(&[b"\xCA\xE9.txt"], &Normalizer::new(options));
    assert_eq!(named[0].name(), Some("书.txt"));
}

#[cfg(feature = "packing")]
#[test]
fn names_in_an_archive_are_told_in_utf_8() {
    let name = Charset::Gbk.encode("资料/会议纪要.txt").unwrap();
    let files: [(&[u8], &str); 2] = [(&name, "正文"), (b"a.txt", "b")];
    let archive = crate::formats::archive::tests::archive(&files);
    let new = in_archive(&archive, &Normalizer::default()).unwrap();
    assert_eq!(new.changes.len(), 2);
    let read = crate::formats::archive::Archive::read(&new.contents).unwrap();
    let names: Vec<&[u8]> = read.names().collect();
    assert_eq!(names, ["资料/会议纪要.txt".as_bytes(), b"a.txt"]);
    assert_eq!(read.contents(0, 100).unwrap(), "正文".as_bytes());
    assert_eq!(read.contents(1, 100).unwrap(), b"b");
    assert!(read.says_utf_8(0) && !read.says_utf_8(1));
    let again = in_archive(&new.contents, &Normalizer::default()).unwrap();
    assert!(matches!(again.contents, Cow::Borrowed(_)) && again.changes.is_empty());
}
