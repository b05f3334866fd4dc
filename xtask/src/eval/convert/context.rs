//! `cargo xtask eval convert context [--without CORPUS] [--in-turn] [--alone] [--list]`: wrong characters on the way
//! from simplified to traditional text.
//!
//! Held-back documents of Taiwan's and Hong Kong's corpora are made simplified, which loses next to
//! nothing, and converted back. A character is wrong when it is not the one that was written,
//! variants of a region aside; it is *hard* when the two are not two spellings of one word
//! (`spellings.txt`). Other converters are run on the same text, in a virtual environment of their own; not
//! with `--alone`. `--without` learns the table anew without the corpora of that name and measures on
//! them; `--in-turn` does so for each of [`IN_TURN`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};
use zhnorm::convert::{Config, Options, Plan, Vocabulary, convert};
use zhnorm::report::Report;
use zhnorm_lang::context::{CLEAR, Context, window};

use crate::corpora::{Split, documents, root};
use crate::opencc::Package;
use crate::tables::context::gold::{self, codes, is_han, run as run_config};
use crate::tables::context::groups::{Groups, possible};
use crate::tables::context::make;

/// Corpora, or groups of them, that are left out in turn.
const IN_TURN: [&str; 7] = [
    "bible_ncv",
    "drcd_taiwan_wiki",
    "/hk_",
    "tw_blog_",
    "tw_hospital_education",
    "tw_ly_gazette",
    "tw_taiwan_md",
];

/// What is installed for the comparison.
const PACKAGES: [&str; 5] = [
    "opencc==1.4.2",
    "opencc-jieba-pyo3==0.8.0",
    "starcc==0.0.5",
    "zhconv-rs==0.4.2",
    "zhconv==1.4.3",
];

/// The other converters: name and Python code that makes `convert` of it.
const PEERS: [(&str, &str); 5] = [
    (
        "opencc 1.4.2",
        "import opencc; convert = opencc.OpenCC('s2t').convert",
    ),
    (
        "opencc-jieba-pyo3",
        "import opencc_jieba_pyo3 as m; c = m.OpenCC('s2t'); convert = c.convert",
    ),
    (
        "StarCC",
        "from StarCC import PresetConversion as P; convert = P(src='cn', dst='tw', with_phrase=False)",
    ),
    (
        "zhconv-rs",
        "import zhconv_rs as m; convert = lambda t: m.zhconv(t, 'zh-hant')",
    ),
    (
        "zhconv",
        "import zhconv as m; convert = lambda t: m.convert(t, 'zh-hant')",
    ),
];

/// Surnames whose character stands for another word too.
const SURNAMES: [char; 12] = [
    '于', '范', '余', '鍾', '岳', '郁', '涂', '姜', '游', '胡', '沈', '朱',
];

/// What was counted.
#[derive(Clone, Copy, Default)]
struct Tally {
    characters: usize,
    all: usize,
    hard: usize,
    fixed: usize,
    broken: usize,
    /// Hard errors where a surname is written, ours and `OpenCC`'s.
    names: [usize; 2],
}

impl Tally {
    fn per_10k(&self, count: usize) -> f64 {
        count as f64 * 1e4 / self.characters.max(1) as f64
    }
}

/// Lines of text: simplified, as written, as `OpenCC` has them.
type Lines = Vec<[String; 3]>;

struct Judge {
    groups: Groups,
    possible: BTreeMap<u16, Vec<u16>>,
    /// Regional variants and their standard forms.
    variants: BTreeMap<u16, u16>,
    /// Print each hard error: as written, ours, OpenCC's, and the text around it.
    lists: bool,
}

impl Judge {
    fn new(lists: bool) -> Result<Self> {
        let package = Package::open()?;
        let variants = variants(&package)?;
        Ok(Self {
            groups: Groups::new(&package, &gold::clauses(Split::Train, None)?)?,
            possible: possible(&package)?,
            variants,
            lists,
        })
    }

    fn standard(&self, code: u16) -> u16 {
        self.variants.get(&code).copied().unwrap_or(code)
    }

    /// Compares an output with what was written and with what `OpenCC` makes.
    fn compare(&self, line: &[String; 3], output: &str, tally: &mut Tally) {
        self.count(line, output, tally, self.lists);
    }

    fn count(&self, line: &[String; 3], output: &str, tally: &mut Tally, lists: bool) {
        let [simplified, written, opencc] = line.each_ref().map(|text| codes(text));
        let output = codes(output);
        tally.characters += simplified.iter().filter(|code| is_han(**code)).count();
        let aligned = output.len() == simplified.len();
        for (at, character) in simplified.iter().enumerate() {
            if !self.possible.contains_key(character) {
                continue;
            }
            let written = self.standard(written[at]);
            let own = if aligned {
                self.standard(output[at])
            } else {
                0
            };
            let opencc = self.standard(opencc[at]);
            let is_hard = |own| own != written && !self.groups.is_spelling(own, written);
            if lists && is_hard(own) {
                let around = at.saturating_sub(8)..simplified.len().min(at + 9);
                let show = |codes: &[u16]| String::from_utf16_lossy(codes);
                let [written, own, opencc] = [written, own, opencc].map(|code| show(&[code]));
                let around = show(&simplified[around]);
                println!("    {written} {own} {opencc} {around}");
            }
            tally.all += usize::from(own != written);
            tally.hard += usize::from(is_hard(own));
            if SURNAMES.contains(&char::from_u32(u32::from(written)).unwrap_or_default()) {
                tally.names[0] += usize::from(is_hard(own));
                tally.names[1] += usize::from(is_hard(opencc));
            }
            tally.fixed += usize::from(is_hard(opencc) && !is_hard(own));
            tally.broken += usize::from(!is_hard(opencc) && is_hard(own));
        }
    }

    fn all(&self, lines: &Lines, outputs: &[String]) -> Tally {
        let mut tally = Tally::default();
        for (line, output) in lines.iter().zip(outputs) {
            self.compare(line, output, &mut tally);
        }
        tally
    }
}

/// Regional variants and their standard forms.
pub(super) fn variants(package: &Package) -> Result<BTreeMap<u16, u16>> {
    let mut variants = BTreeMap::new();
    for file in ["TWVariants.txt", "HKVariants.txt"] {
        for (standard, values) in package.entries(file)? {
            for value in values {
                let (from, to) = (codes(&value), codes(&standard));
                if let ([from], [to]) = (&from[..], &to[..]) {
                    variants.insert(*from, *to);
                }
            }
        }
    }
    Ok(variants)
}

/// Runs the evaluation.
pub fn run(words: &[&str]) -> Result<()> {
    let value = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).copied()
    };
    let judge = Judge::new(words.contains(&"--list"))?;
    println!("corpus | characters | OpenCC all | hard | zhnorm all | hard | fixed : broken");
    if let Some(without) = value("--without") {
        return left_out(&judge, without);
    }
    if words.contains(&"--in-turn") {
        return IN_TURN
            .iter()
            .try_for_each(|without| left_out(&judge, without));
    }
    let mut everything: Lines = Vec::new();
    for name in gold::corpora()? {
        let lines = lines(&name, Split::HeldBack)?;
        print(&name, &judge, &lines, &ours(&lines));
        everything.extend(lines);
    }
    let outputs = ours(&everything);
    print("all", &judge, &everything, &outputs);
    let quiet = Judge {
        lists: false,
        ..judge
    };
    let judge = quiet;
    let [own, opencc] = judge.all(&everything, &outputs).names;
    println!("hard errors at surnames: OpenCC {opencc}, zhnorm {own}");
    contrast(&judge)?;
    speed(&everything);
    if !words.contains(&"--alone") {
        let python = peers_python()?;
        println!("\nengine | all | hard, per 10,000 characters of the same text");
        for (name, code) in PEERS {
            match peer(&python, code, &everything) {
                Ok(outputs) => {
                    let tally = judge.all(&everything, &outputs);
                    let (all, hard) = (tally.per_10k(tally.all), tally.per_10k(tally.hard));
                    println!("{name} | {all:.2} | {hard:.2}");
                }
                Err(error) => println!("{name} | not run: {error:#}"),
            }
        }
    }
    Ok(())
}

fn lines(name: &str, split: Split) -> Result<Lines> {
    let documents = documents(name, split)?;
    Ok(documents
        .iter()
        .flat_map(|document| gold::lines(name, document))
        .collect())
}

/// What zhnorm makes of the lines, in standard characters.
fn ours(lines: &Lines) -> Vec<String> {
    let plan = Plan::new([Config::S2t]);
    let options = Options::default().with_context(true);
    lines
        .iter()
        .map(|[text, ..]| convert(text, &plan, &options, &mut Report::counting()).into_owned())
        .collect()
}

fn print(name: &str, judge: &Judge, lines: &Lines, outputs: &[String]) {
    let own = judge.all(lines, outputs);
    let opencc: Vec<String> = lines.iter().map(|[.., opencc]| opencc.clone()).collect();
    let mut quiet = Tally::default();
    for (line, output) in lines.iter().zip(&opencc) {
        judge.count(line, output, &mut quiet, false);
    }
    let opencc = quiet;
    println!(
        "{name} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {} : {}",
        own.characters,
        opencc.per_10k(opencc.all),
        opencc.per_10k(opencc.hard),
        own.per_10k(own.all),
        own.per_10k(own.hard),
        own.fixed,
        own.broken
    );
}

/// How fast text is converted, on one thread: the best of five runs.
fn speed(lines: &Lines) {
    let text: String = lines.iter().map(|[text, ..]| format!("{text}\n")).collect();
    let plan = Plan::new([Config::S2twp]);
    let megabytes = text.len() as f64 / 1e6;
    for (name, is_on, vocabulary) in [
        ("OpenCC's choices", false, Vocabulary::All),
        ("with vocabulary safe", false, Vocabulary::Safe),
        ("with context", true, Vocabulary::All),
        ("with both", true, Vocabulary::Safe),
    ] {
        let options = Options::default()
            .with_context(is_on)
            .with_vocabulary(vocabulary);
        let run = || {
            let clock = Instant::now();
            let output = convert(&text, &plan, &options, &mut Report::counting());
            std::hint::black_box(output);
            clock.elapsed().as_secs_f64()
        };
        let best = (0..5).map(|_| run()).fold(f64::MAX, f64::min);
        println!("speed of s2twp, {name}: {:.0} MB/s", megabytes / best);
    }
}

/// A table learnt without some corpora, measured on these.
fn left_out(judge: &Judge, without: &str) -> Result<()> {
    let table = make(Some(without))?;
    let table = Context::read(&table);
    for name in gold::corpora()?
        .iter()
        .filter(|name| name.contains(without))
    {
        let lines = lines(name, Split::All)?;
        let outputs: Vec<String> = lines
            .iter()
            .map(|[text, _, opencc]| decide(table, text, opencc))
            .collect();
        print(name, judge, &lines, &outputs);
    }
    Ok(())
}

/// `OpenCC`'s output with what a table overrules.
fn decide(table: Context<'_>, text: &str, opencc: &str) -> String {
    let (text, opencc) = (codes(text), codes(opencc));
    let mut output: Vec<u16> = opencc.clone();
    for at in 0..text.len() {
        if table.number(text[at]) == 0 {
            continue;
        }
        if let Some(answer) = table.answer(&window(&text, at), opencc[at])
            && answer.margin >= CLEAR
        {
            output[at] = answer.reading as u16;
        }
    }
    String::from_utf16_lossy(&output)
}

/// The committed half of the contrast set.
fn contrast(judge: &Judge) -> Result<()> {
    let path = root().join("fixtures/convert/contrast.tsv");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lines: Lines = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(text, written)| {
            [
                text.to_owned(),
                run_config(Config::Tw2t, written),
                run_config(Config::S2t, text),
            ]
        })
        .collect();
    let outputs = ours(&lines);
    let (mut wrong, mut of_opencc) = (0, 0);
    for (line, output) in lines.iter().zip(&outputs) {
        let (mut own, mut opencc) = (Tally::default(), Tally::default());
        judge.compare(line, output, &mut own);
        judge.compare(line, &line[2], &mut opencc);
        wrong += usize::from(own.hard > 0);
        of_opencc += usize::from(opencc.hard > 0);
        if own.hard > 0 {
            println!("    {output}  {}", line[1]);
        }
    }
    let count = lines.len();
    println!("contrast sentences wrong: OpenCC {of_opencc}, zhnorm {wrong} of {count}");
    Ok(())
}

/// The interpreter that has the other converters: a virtual environment, made the first time.
fn peers_python() -> Result<PathBuf> {
    let folder = root().join("target/converters");
    let python = folder.join("venv/bin/python");
    if !folder.join("ready").is_file() {
        std::fs::create_dir_all(&folder)?;
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(folder.join("venv"))
            .status()?;
        let filled = Command::new(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(PACKAGES)
            .status()?;
        anyhow::ensure!(
            made.success() && filled.success(),
            "the other converters cannot be installed"
        );
        std::fs::write(folder.join("ready"), PACKAGES.join(" "))?;
    }
    Ok(python)
}

/// What another converter makes of the lines.
fn peer(python: &Path, code: &str, lines: &Lines) -> Result<Vec<String>> {
    let folder = root().join("target/tmp");
    std::fs::create_dir_all(&folder)?;
    let (source, target) = (folder.join("peer.in"), folder.join("peer.out"));
    let text: String = lines.iter().map(|[text, ..]| format!("{text}\n")).collect();
    std::fs::write(&source, text)?;
    let program = format!(
        "import sys\n{code}\nwith open(sys.argv[1], encoding='utf-8', newline='') as i, \
         open(sys.argv[2], 'w', encoding='utf-8', newline='') as o:\n    \
         for line in i.read().split('\\n')[:-1]: o.write(convert(line) + '\\n')\n"
    );
    let output = Command::new(python)
        .args([Path::new("-c"), Path::new(&program), &source, &target])
        .output()?;
    anyhow::ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
            .lines()
            .last()
            .unwrap_or_default()
    );
    let text = std::fs::read_to_string(&target)?;
    Ok(text.split('\n').map(str::to_owned).collect())
}
