//! The command line as the user typed it, before it is checked.

mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, ArgGroup, Parser};

pub(crate) use values::{
    Bom, Code, Copies, Emit, Engine, Explain, Format, Generate, NamesToo, ReportFormat, Switch,
    Unmappable, Vocabulary, When,
};
use values::{FormatParser, Suggested, TAGS};

const AFTER_HELP: &str = "\
Exit code: 0 nothing to do or done, 1 something would change (--check, --diff), 2 error.

Examples:
  curl URL | zhnorm --to zh-Hans      a pipeline
  zhnorm --to zh-Hans seeds/ -o out/  a folder, mirrored
  zhnorm --diff seeds/                look first
  zhnorm -w seeds/                    then change the files in place";

/// Gives scraped Chinese articles back the text that was written.
///
/// Finds the encoding of each file, repairs garbled text, strips what is not the article, and
/// with --to writes it in the script you want. One file, or standard input, goes to standard
/// output as UTF-8; for folders choose what to do with -w, -o, --check or --diff.
#[derive(Debug, Parser)]
#[command(
    name = "zhnorm",
    version,
    after_help = AFTER_HELP,
    group = ArgGroup::new("mode"),
    args_override_self = true,
    max_term_width = 100
)]
// A command line consists of flags.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Arguments {
    /// Files and folders; `-`, or nothing, is standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Change the files in place
    #[arg(short, long, group = "mode", help_heading = "What to do with the text")]
    pub write: bool,

    /// Only list the files that would change
    #[arg(long, group = "mode", help_heading = "What to do with the text")]
    pub check: bool,

    /// Only show what would change, as a unified diff
    #[arg(long, group = "mode", help_heading = "What to do with the text")]
    pub diff: bool,

    /// Write the texts below DIR, in the same tree as they are found; of one file, DIR may be the
    /// name of the new file, or `-` for standard output
    #[arg(
        short,
        long,
        value_name = "DIR",
        group = "mode",
        help_heading = "What to do with the text"
    )]
    pub output_dir: Option<PathBuf>,

    /// Only print encoding, confidence and script: a line for each file, separated by tabs
    #[arg(long, group = "mode", help_heading = "What to do with the text")]
    pub detect: bool,

    /// Write this script (zh-Hans, zh-Hant), this region's Chinese (zh-CN, zh-SG, zh-TW, zh-HK,
    /// zh-MO) or run this OpenCC configuration (s2t, s2twp, ...) [default: as it is]
    #[arg(
        long,
        value_name = "TAG",
        value_parser = Suggested(&TAGS),
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub to: Option<String>,

    /// Write these quotation marks: corner (「」), curly (“”) or keep [default: keep]
    #[arg(
        long,
        value_name = "STYLE",
        value_parser = Suggested(&["keep", "corner", "curly"]),
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub quotes: Option<String>,

    /// Decide ambiguous characters by their context: on or off [default: on for a tag, off for an
    /// OpenCC configuration]
    #[arg(
        long,
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub context: Option<Switch>,

    /// Put these words of the region: off, safe (not those it hardly writes) or all [default: safe
    /// for a tag, all for an OpenCC configuration]
    #[arg(
        long,
        value_name = "WHICH",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub vocabulary: Option<Vocabulary>,

    /// Spell what a region writes in two ways as tw-official, tw-common, hk or opencc [default: as its
    /// press does]
    #[arg(
        long,
        value_name = "SET",
        value_parser = Suggested(&["tw-official", "tw-common", "hk", "opencc"]),
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub spelling: Option<String>,

    /// A dictionary of your own (OpenCC's text form), looked up before the built-in ones
    #[arg(long, value_name = "FILE", help_heading = "How the text is changed")]
    pub dict: Option<PathBuf>,

    /// Convert addresses of the web, of mail and of files too
    #[arg(long, help_heading = "How the text is changed")]
    pub convert_urls: bool,

    /// An OpenCC configuration of your own with text dictionaries, instead of --to
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "to",
        help_heading = "How the text is changed"
    )]
    pub opencc_config: Option<PathBuf>,

    /// What converts: embedded (OpenCC 1.4.2, part of zhnorm) or opencc (the OpenCC installed on
    /// the machine, if zhnorm was built for it) [default: embedded]
    #[arg(
        long,
        value_name = "ENGINE",
        hide_possible_values = true,
        conflicts_with = "opencc_config",
        help_heading = "How the text is changed"
    )]
    pub engine: Option<Engine>,

    /// The encoding of the input [default: found out per file]
    #[arg(
        short,
        long,
        value_name = "LABEL",
        help_heading = "How the text is changed"
    )]
    pub encoding: Option<String>,

    /// Look for these encodings of the input only, separated by commas
    #[arg(
        long,
        value_name = "LABELS",
        value_delimiter = ',',
        conflicts_with = "encoding",
        help_heading = "How the text is changed"
    )]
    pub encodings: Vec<String>,

    /// The encoding of the output [default: utf-8]
    #[arg(long, value_name = "LABEL", help_heading = "How the text is changed")]
    pub output_encoding: Option<String>,

    /// What to do with a character that the output encoding does not have: error, replace (by
    /// `?`) or entity (`&#20013;`) [default: error]
    #[arg(
        long,
        value_name = "WHAT",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub unmappable: Option<Unmappable>,

    /// Leave a file alone, as an error, when the confidence in its encoding is below this, from 0
    /// to 1
    #[arg(long, value_name = "P", help_heading = "How the text is changed")]
    pub min_confidence: Option<f32>,

    /// What the files are, as --list-formats names it; auto goes by their names and first lines
    /// [default: auto]
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = FormatParser,
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub format: Option<Format>,

    /// The strings of JSON that are text: names and paths as in messages[*].content, or * for all
    /// [default: text for JSON lines, * for JSON]
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "How the text is changed"
    )]
    pub field: Vec<String>,

    /// What the strings of JSON are: html takes the article out of web pages, and any other format
    /// of --list-formats is read as such; without --field, those named text [default: text]
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = FormatParser,
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub field_format: Option<Format>,

    /// Put the alternative texts of a page's images into its text, in square brackets
    #[arg(long, help_heading = "How the text is changed")]
    pub image_alt: bool,

    /// What is converted in source code, which is repaired everywhere: keep (nothing) or comments
    /// (comments and strings) [default: keep]
    #[arg(
        long,
        value_name = "WHAT",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub code: Option<Code>,

    /// The byte order mark of the output: keep (where the input was UTF-8 with one), add or remove
    /// [default: keep; add for UTF-16]
    #[arg(
        long,
        value_name = "WHAT",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub bom: Option<Bom>,

    /// Also give the names of files and folders back, and convert them, those in .zip files too; with
    /// `only` nothing but names. The folders that you name keep theirs
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "also",
        hide_possible_values = true,
        help_heading = "What to do with the text"
    )]
    pub names: Option<NamesToo>,

    /// Write of each web page or text: its text, a record of it on a line of JSON (jsonl), or
    /// Markdown with a front matter; records of several files go to standard output [default: text]
    #[arg(
        long,
        value_name = "FORM",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    #[allow(clippy::doc_markdown)] // help is plain text
    pub emit: Option<Emit>,

    /// With --corpus-evidence, the fields of JSON lines that hold the address of the page: records
    /// of one host are taken for pages of one site, others for pages of their folder [default: url,
    /// source_url, page_url, link, uri]
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "How the text is changed"
    )]
    #[allow(clippy::doc_markdown)] // help is plain text
    pub host_field: Vec<String>,

    /// Run only these stages: repair, strip, convert (decoding always happens)
    #[arg(
        long,
        value_name = "STAGES",
        value_delimiter = ',',
        conflicts_with = "skip",
        help_heading = "How the text is changed"
    )]
    pub only: Option<Vec<String>>,

    /// Do not run these stages: repair, strip, convert
    #[arg(
        long,
        value_name = "STAGES",
        value_delimiter = ',',
        help_heading = "How the text is changed"
    )]
    pub skip: Option<Vec<String>>,

    /// What to do where damage is certain and the best reading is below the confidence needed:
    /// keep the text as it is and report it, write the best reading, or mark it with ⟦ ⟧
    /// [default: keep]
    #[arg(
        long,
        value_name = "WHAT",
        value_parser = PossibleValuesParser::new(["keep", "best", "mark"]),
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub on_uncertain: Option<String>,

    /// Also strip these families of lines, for example metadata,credits
    #[arg(
        long,
        value_name = "FAMILIES",
        value_delimiter = ',',
        help_heading = "How the text is changed"
    )]
    pub strip: Vec<String>,

    /// Keep the lines of this rule or family; may be repeated
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "How the text is changed"
    )]
    pub keep: Vec<String>,

    /// Also strip lines that recur in other files of the same folder: everything is read twice
    #[arg(long, help_heading = "How the text is changed")]
    pub corpus_evidence: bool,

    /// Flag texts that are copies of earlier ones of the run, exact or near (report), or also leave
    /// exact ones out of the output of -o and of records (skip)
    #[arg(
        long,
        value_name = "WHAT",
        hide_possible_values = true,
        help_heading = "How the text is changed"
    )]
    pub duplicates: Option<Copies>,

    /// Also the paths listed in FILE, one on a line; `-` reads the list from standard input
    #[arg(long, value_name = "FILE", help_heading = "Which files")]
    pub files_from: Option<PathBuf>,

    /// The paths of the list end with NUL, as `find -print0` writes them
    #[arg(
        short = '0',
        long = "null",
        requires = "files_from",
        help_heading = "Which files"
    )]
    pub null: bool,

    /// The name of what comes from standard input, for messages, overrides and -o
    #[arg(long, value_name = "NAME", help_heading = "Which files")]
    pub stdin_filename: Option<PathBuf>,

    /// Only the files that match (or, after `!`, do not match) this glob; may be repeated
    #[arg(short, long, value_name = "GLOB", help_heading = "Which files")]
    pub glob: Vec<String>,

    /// Hidden files and folders too, but for .git and its likes
    #[arg(long, overrides_with = "no_hidden", help_heading = "Which files")]
    pub hidden: bool,

    /// Not the hidden ones (the default)
    #[arg(long, hide = true)]
    pub no_hidden: bool,

    /// Do not respect .gitignore, .ignore and .zhnormignore
    #[arg(long, overrides_with = "ignore", help_heading = "Which files")]
    pub no_ignore: bool,

    /// Respect them (the default)
    #[arg(long, hide = true)]
    pub ignore: bool,

    /// Leave out named files too that globs or ignore files leave out: for hooks and editors, which
    /// name each file
    #[arg(long, help_heading = "Which files")]
    pub force_exclude: bool,

    /// Follow symbolic links
    #[arg(short = 'L', long, help_heading = "Which files")]
    pub follow: bool,

    /// This configuration file instead of the zhnorm.toml found upwards from the working folder
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "isolated",
        help_heading = "Configuration"
    )]
    pub config: Option<PathBuf>,

    /// Use the zhnorm.toml found upwards from each path: also one that came with the material
    #[arg(
        long,
        conflicts_with_all = ["config", "isolated"],
        help_heading = "Configuration"
    )]
    pub trust_config: bool,

    /// No configuration file at all
    #[arg(long, help_heading = "Configuration")]
    pub isolated: bool,

    /// List each change: its place, stage and rule, before and after; with `flags` only what was
    /// seen and left alone
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all",
        hide_possible_values = true,
        help_heading = "Reports"
    )]
    pub explain: Option<Explain>,

    /// Write a page to look at what the run did: totals, files, examples of each change
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub report_html: Option<PathBuf>,

    /// The format of the report: human, json (an object on each line) or sarif
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "Reports"
    )]
    pub report: ReportFormat,

    /// Add each line that is left out to FILE, as JSON with its place and rule
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub dropped: Option<PathBuf>,

    /// At the end: files by encoding and script, changes by rule
    #[arg(long, help_heading = "Reports")]
    pub statistics: bool,

    /// Say less: once, errors only; twice, nothing
    #[arg(
        short,
        long,
        action = ArgAction::Count,
        conflicts_with = "verbose",
        help_heading = "Reports"
    )]
    pub quiet: u8,

    /// Say more: a line for each file
    #[arg(short, long, action = ArgAction::Count, help_heading = "Reports")]
    pub verbose: u8,

    /// Colours; auto follows the terminal, `NO_COLOR` and CLICOLOR
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Reports"
    )]
    pub color: When,

    /// Write again what -o wrote before, even where input, options and program are the same
    #[arg(long, help_heading = "How it is done")]
    pub force: bool,

    /// Change files in place even if they have bytes that cannot be decoded: these are lost, and
    /// U+FFFD is written instead
    #[arg(long, help_heading = "How it is done")]
    pub lossy: bool,

    /// Wait for the disk after each file: nothing is lost in a power cut
    #[arg(long, help_heading = "How it is done")]
    pub durable: bool,

    /// Keep the modification time
    #[arg(long, help_heading = "How it is done")]
    pub keep_mtime: bool,

    /// With -w, keep the old file under its name with SUFFIX [default SUFFIX: .orig]
    #[arg(
        long,
        value_name = "SUFFIX",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ".orig",
        help_heading = "How it is done"
    )]
    pub backup: Option<OsString>,

    /// Work on so many files at a time [default: one for each core]
    #[arg(
        short,
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=1024),
        help_heading = "How it is done"
    )]
    pub jobs: Option<u16>,

    /// Work on files larger than eight times this in groups of so many bytes (for tests)
    #[arg(long, value_name = "BYTES", hide = true)]
    pub group_size: Option<usize>,

    /// What other programs call `-w`; the answer says so
    #[arg(short = 'i', long, hide = true)]
    pub in_place: bool,

    /// What other programs need for folders; the answer says that zhnorm does not
    #[arg(short = 'r', visible_short_alias = 'R', long, hide = true)]
    pub recursive: bool,

    /// What other programs call `--to`; the answer says so
    #[arg(
        short = 't',
        value_name = "TAG",
        num_args = 0..=1,
        default_missing_value = "zh-Hans",
        hide = true
    )]
    pub target: Option<String>,

    /// List every rule of all stages with its meaning, and whether it acts
    #[arg(long, help_heading = "Reports")]
    pub list_rules: bool,

    /// List every format: by which names it is found, what its texts are, which stages act on them
    #[arg(long, help_heading = "Reports")]
    pub list_formats: bool,

    /// Print a completion script (complete-bash, complete-zsh, complete-fish), the man page, or the
    /// JSON schema of zhnorm.toml (schema)
    #[arg(
        long,
        value_name = "WHAT",
        exclusive = true,
        hide_possible_values = true,
        help_heading = "How it is done"
    )]
    pub generate: Option<Generate>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }
}
