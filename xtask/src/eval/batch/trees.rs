//! Folders of made-up articles: every sentence is put together here.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

/// What the files of a tree are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Healthy simplified UTF-8, as most of a corpus is.
    Healthy,
    /// What scrapers bring home: half of it healthy, the rest in four other encodings,
    /// traditional, with the pinyin garble, mojibake and lines that are not the article.
    Mixture,
    /// Every file has to be written anew, and none takes long: other encodings and traditional
    /// characters.
    Other,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy UTF-8",
            Self::Mixture => "mixture",
            Self::Other => "other encodings",
        }
    }
}

/// A generator of numbers that gives the same ones every time: xorshift.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const WHEN: &[&str] = &[
    "昨天晚上",
    "今年春天",
    "上个星期",
    "雨停以后",
    "天亮之前",
    "很久以前",
    "放学的时候",
    "到了周末",
];
const WHO: &[&str] = &[
    "村里的老人",
    "一位年轻的工程师",
    "邻居家的孩子",
    "图书馆的管理员",
    "几个学生",
    "我的外祖母",
    "修路的工人",
    "那位医生",
];
const WHERE: &[&str] = &[
    "在河边的小路上",
    "在车站对面",
    "在学校的操场上",
    "在一家安静的书店里",
    "在山脚下",
    "在厨房里",
    "在博物馆门口",
];
const DID: &[&str] = &[
    "看见了许多从来没有见过的鸟",
    "谈起了这座城市过去的样子",
    "发现地图上的距离并不准确",
    "把旧的收音机重新修好了",
    "讨论怎样节约用水和用电",
    "种下了三棵苹果树",
    "记录下每一天的温度和风向",
    "准备了一顿简单的晚饭",
];
const SO: &[&str] = &[
    "大家都觉得这件事很有意义",
    "后来他们又去了一次",
    "这让所有的人感到惊讶",
    "时间过得比想象的快得多",
    "问题终于得到了解决",
    "没有人知道结果会怎么样",
];

const WHEN_T: &[&str] = &[
    "昨天晚上",
    "今年春天",
    "上個星期",
    "雨停以後",
    "天亮之前",
    "很久以前",
    "放學的時候",
    "到了週末",
];
const WHO_T: &[&str] = &[
    "村裡的老人",
    "一位年輕的工程師",
    "鄰居家的孩子",
    "圖書館的管理員",
    "幾個學生",
    "我的外祖母",
    "修路的工人",
    "那位醫生",
];
const WHERE_T: &[&str] = &[
    "在河邊的小路上",
    "在車站對面",
    "在學校的操場上",
    "在一家安靜的書店裡",
    "在山腳下",
    "在廚房裡",
    "在博物館門口",
];
const DID_T: &[&str] = &[
    "看見了許多從來沒有見過的鳥",
    "談起了這座城市過去的樣子",
    "發現地圖上的距離並不準確",
    "把舊的收音機重新修好了",
    "討論怎樣節約用水和用電",
    "種下了三棵蘋果樹",
    "記錄下每一天的溫度和風向",
    "準備了一頓簡單的晚飯",
];
const SO_T: &[&str] = &[
    "大家都覺得這件事很有意義",
    "後來他們又去了一次",
    "這讓所有的人感到驚訝",
    "時間過得比想像的快得多",
    "問題終於得到了解決",
    "沒有人知道結果會怎麼樣",
];

/// Readings that the pinyin garble leaves after the characters a converter has touched.
const READINGS: &[(&str, &str)] = &[
    ("學", "xué"),
    ("車", "chē"),
    ("書", "shū"),
    ("見", "jiàn"),
    ("過", "guò"),
    ("談", "tán"),
    ("發", "fā"),
    ("現", "xiàn"),
    ("圖", "tú"),
    ("離", "lí"),
    ("準", "zhǔn"),
    ("確", "què"),
    ("論", "lùn"),
    ("節", "jié"),
    ("約", "yuē"),
    ("種", "zhǒng"),
    ("樹", "shù"),
    ("記", "jì"),
    ("錄", "lù"),
    ("溫", "wēn"),
    ("風", "fēng"),
    ("備", "bèi"),
    ("頓", "dùn"),
    ("單", "dān"),
    ("飯", "fàn"),
    ("這", "zhè"),
    ("們", "men"),
    ("來", "lái"),
    ("時", "shí"),
    ("間", "jiān"),
    ("問", "wèn"),
    ("題", "tí"),
    ("決", "jué"),
    ("會", "huì"),
    ("個", "gè"),
    ("對", "duì"),
];

/// Lines that stand around an article.
const AROUND: &[&str] = &[
    "首页 > 新闻 > 社会",
    "相关阅读",
    "责任编辑:王小明",
    "免责声明:本文仅代表作者个人观点,与本网无关。",
    "打开微信扫一扫,分享到朋友圈",
];

/// An article of `length` bytes of UTF-8 or a little more.
pub fn article(dice: &mut Dice, length: usize, traditional: bool) -> String {
    let [when, who, place, did, so] = if traditional {
        [WHEN_T, WHO_T, WHERE_T, DID_T, SO_T]
    } else {
        [WHEN, WHO, WHERE, DID, SO]
    };
    let mut text = String::with_capacity(length + 200);
    while text.len() < length {
        for _ in 0..3 + dice.below(3) {
            for part in [when, who, place, did] {
                text.push_str(dice.pick(part));
            }
            text.push(',');
            text.push_str(dice.pick(so));
            text.push('。');
        }
        text.push('\n');
    }
    text
}

/// The bytes of the file with this number.
pub fn file(kind: Kind, number: usize, length: usize) -> Vec<u8> {
    let mut dice = Dice::new(number as u64 + 1);
    let plain = |dice: &mut Dice| article(dice, length, false).into_bytes();
    if kind == Kind::Healthy {
        return plain(&mut dice);
    }
    // Of the kinds of the mixture the first six are quick to work on.
    let turn = if kind == Kind::Other {
        number % 6
    } else {
        number % 20
    };
    match turn {
        0 | 1 => {
            let text = article(&mut dice, length, false);
            encoding_rs::GB18030.encode(&text).0.into_owned()
        }
        2 => {
            let text = article(&mut dice, length, true);
            encoding_rs::BIG5.encode(&text).0.into_owned()
        }
        3 => {
            let text = article(&mut dice, length, false);
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }
        4 | 5 => article(&mut dice, length, true).into_bytes(),
        6 => {
            let mut text = article(&mut dice, length * 2 / 3, true);
            for (character, reading) in READINGS {
                text = text.replace(character, &format!("{character}({reading})"));
            }
            text.into_bytes()
        }
        7 => {
            // UTF-8 that was read as GBK, the other way to lose a text.
            let text = article(&mut dice, length * 2 / 3, false);
            let (garbled, _) = encoding_rs::GBK.decode_without_bom_handling(text.as_bytes());
            garbled.into_owned().into_bytes()
        }
        8 | 9 => {
            let text = article(&mut dice, length, false);
            let mut page = format!("{}\n{text}", AROUND[0]);
            for line in &AROUND[1..] {
                page.push_str(line);
                page.push('\n');
            }
            page.into_bytes()
        }
        _ => plain(&mut dice),
    }
}

/// So many files are in a folder of a corpus that someone divided.
pub const TOGETHER: usize = 500;

/// Writes a tree of so many files, so many of them `together` in a folder.
pub fn write(root: &Path, kind: Kind, files: usize, length: usize, together: usize) -> Result<()> {
    for number in 0..files {
        let folder = root.join(format!("{:04}", number / together));
        if number % together == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(
            folder.join(format!("{number:06}.txt")),
            file(kind, number, length),
        )?;
    }
    Ok(())
}

/// Reads a tree, so that the system has it in memory.
pub fn read(root: &Path) -> Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            read(&entry.path())?;
        } else {
            fs::read(entry.path())?;
        }
    }
    Ok(())
}

/// Removes a tree, as far as that is possible. Where the disk is notified of every file that goes, a
/// thread waits for the disk most of the time, and many of them get through in minutes what takes
/// one an hour.
pub fn remove(root: &Path) {
    let mut folders = vec![root.to_owned()];
    let mut at = 0;
    while let Some(folder) = folders.get(at) {
        let inside: Vec<PathBuf> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        folders.extend(inside);
        at += 1;
    }
    let folders = Mutex::new(folders);
    let next = || folders.lock().unwrap_or_else(PoisonError::into_inner).pop();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                // Those below a folder come first.
                while let Some(folder) = next() {
                    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                        let _ = fs::remove_file(entry.path());
                    }
                }
            });
        }
    });
    let _ = fs::remove_dir_all(root);
}
