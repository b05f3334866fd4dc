//! What a document shows of the site that damaged it: the table of annotated characters, and
//! what the copy went through afterwards.

use super::annotation::Annotation;
use super::cache::Cache;
use super::pairs::Characters;
use crate::repair::gbk;
use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::folding;

/// Characters that every site's table seen so far holds. Tables are largely nested.
const CORE: &str = "個側價優內創動務勢區協嚴國團堅報場夢學實專對導庫強復態應戰擔據數時會業構樂標機權沒測準\
    滿營爭現環產當發礎穩競節簡級細結絡統經網績續習聯聽臺藍術見規覺計訓設評詢認語調識負財責買費\
    質賴購車轉進運達遠醫錯鎮長門關隊項預領類風驅驗點";

/// Whether a reading is expected after a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing asks for one.
    #[default]
    No,
    /// Other sites or this one write one, unless another came before it into the midst of the
    /// character.
    Unordered,
    /// Other sites write one, and nothing is known of this one.
    Likely,
    /// It is written wherever else the character occurs.
    Always,
}

/// What became of full-width letters and marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Width {
    /// The document has none and no marks of half width either.
    #[default]
    Unknown,
    /// They are still there.
    Kept,
    /// They were folded to half width.
    Folded,
}

/// So many cuts at other marks show that there are none at commas.
const ENOUGH: usize = 12;

/// What is known of a site's table and of the copy.
#[derive(Clone, Default)]
pub(super) struct Site {
    /// Characters that are annotated wherever their bytes occur.
    pub(super) annotated: Characters,
    /// Traditional characters without an annotation, so they are not in the table.
    pub(super) bare: Characters,
    /// Those of which other sites make one expect that they are annotated.
    expected: Characters,
    /// Private-use characters are still there, so no pair has vanished without a mark.
    pub(super) keeps_private_use: bool,
    pub(super) width: Width,
    /// There is a space before the closing bracket of a reading.
    pub(super) spaces_readings: bool,
    /// Whether the text was cut at commas too, if that is known: some sites cut there, and others at
    /// the marks that end a sentence only.
    pub(super) cuts_at_commas: Option<bool>,
    /// It has corner brackets, which pages of the mainland do not use otherwise.
    pub(super) corners: bool,
    pub(super) cache: Cache,
}

impl Site {
    /// Learns from what is certain: the annotations whose character is in front of them.
    pub(super) fn learn(text: &str, annotations: &[Annotation], breaks: &[usize]) -> Self {
        let mut site = Self {
            cache: Cache::learn(text, annotations, breaks),
            ..Self::default()
        };
        for annotation in annotations {
            if annotation.is_plausible() && folding::is_traditional(annotation.matched) {
                site.annotated.insert(annotation.matched);
                site.spaces_readings |= text[..annotation.span.end].ends_with(" )");
            }
        }
        let (mut wide, mut narrow, mut previous) = (false, false, ' ');
        for ch in text.chars() {
            wide |= matches!(ch, '，' | '：' | '（' | '）' | '０'..='９');
            narrow |= matches!(ch, ',' | ':') && is_basic_han(previous);
            previous = ch;
            if gbk::is_unassigned(ch) {
                site.keeps_private_use = true;
            } else if folding::is_traditional(ch) && !site.annotated.contains(ch) {
                site.bare.insert(ch);
            }
        }
        // One of them without its reading shows that this table is another.
        if CORE.chars().all(|ch| !site.bare.contains(ch)) {
            CORE.chars().for_each(|ch| site.expected.insert(ch));
        }
        site.width = match (wide, narrow) {
            (true, _) => Width::Kept,
            (false, true) => Width::Folded,
            (false, false) => Width::Unknown,
        };
        let cut_at = |marks: [char; 2]| {
            let cut = breaks
                .iter()
                .filter(|at| text[**at + 1..].starts_with(marks));
            cut.count()
        };
        site.cuts_at_commas = match (cut_at(['，', ',']), cut_at(['！', '？'])) {
            (1.., _) => Some(true),
            (0, ENOUGH..) => Some(false),
            _ => None,
        };
        site.corners = site.cache.saw('「') || site.cache.saw('」');
        site
    }

    /// Whether full-width letters and marks were folded to half width.
    pub(super) fn folds_width(&self) -> bool {
        self.width == Width::Folded
    }

    /// Whether they are still there.
    pub(super) fn keeps_width(&self) -> bool {
        self.width == Width::Kept
    }

    /// Whether a reading is expected after the bytes of a character.
    #[inline]
    pub(super) fn expected(&self, ch: char) -> Expected {
        if self.annotated.contains(ch) {
            Expected::Always
        } else if self.expected.contains(ch) {
            Expected::Likely
        } else {
            Expected::No
        }
    }

    /// Learns from a stretch that was solved that a character is of the table.
    pub(super) fn annotates(&mut self, ch: char) {
        self.annotated.insert(ch);
        self.bare.remove(ch);
    }
}
