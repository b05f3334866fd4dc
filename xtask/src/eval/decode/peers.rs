//! The peers in Python: chardet and charset-normalizer, asked in one process for all cases.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::judge::is_same;
use crate::corpora::root;

/// Their names and versions.
pub(super) const PEERS: [&str; 2] = ["chardet==7.7.0", "charset-normalizer==3.5.3"];

/// Reads a length and so many bytes, and answers with both labels.
const SCRIPT: &str = "\
import sys, chardet, charset_normalizer
source = sys.stdin.buffer
while True:
    head = source.read(4)
    if len(head) < 4:
        break
    data = source.read(int.from_bytes(head, 'little'))
    best = charset_normalizer.from_bytes(data).best()
    print(chardet.detect(data)['encoding'] or 'none', best.encoding if best else 'none', flush=True)
";

/// Both peers, running.
pub(super) struct Peers {
    python: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peers {
    /// Installs them once into a virtual environment under `target`, and starts them.
    pub(super) fn start() -> Result<Self> {
        let environment = root().join("target/decode-venv");
        if !environment.join("bin/python").exists() {
            let made = Command::new("python3")
                .args(["-m", "venv"])
                .arg(&environment)
                .status()?;
            ensure!(made.success(), "python3 -m venv");
            let installed = Command::new(environment.join("bin/pip"))
                .args(["install", "--quiet"])
                .args(PEERS)
                .status()?;
            ensure!(installed.success(), "pip install");
        }
        let mut python = Command::new(environment.join("bin/python"))
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = python.stdin.take().context("no pipe")?;
        let output = BufReader::new(python.stdout.take().context("no pipe")?);
        Ok(Self {
            python,
            input,
            output,
        })
    }

    /// Which of the peers are right about bytes that are `text`, if that is known.
    pub(super) fn are_right(
        &mut self,
        bytes: &[u8],
        label: &str,
        text: Option<&str>,
    ) -> Result<[bool; 2]> {
        self.input.write_all(&(bytes.len() as u32).to_le_bytes())?;
        self.input.write_all(bytes)?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let mut labels = line.split_whitespace();
        let mut right = || {
            let found = labels.next().unwrap_or("none");
            is_right(found, bytes, label, text)
        };
        Ok([right(), right()])
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        // It ends by itself at the end of its input; nothing hangs on how.
        let _ = self.python.kill();
        let _ = self.python.wait();
    }
}

fn is_right(found: &str, bytes: &[u8], label: &str, text: Option<&str>) -> bool {
    let found = found.to_ascii_lowercase().replace('_', "-");
    let family = match &*found {
        "ascii" | "utf-8-sig" => "utf-8",
        "big5hkscs" | "big5-hkscs" | "cp950" | "big5-tw" => "big5",
        "cp936" | "gb2312" | "gbk" | "gb18030" => "gbk",
        "cp949" | "euckr" | "uhc" => "euc-kr",
        "cp932" | "shift-jis" | "shiftjis" | "shift-jis-2004" | "shift-jisx0213" | "ms932" => {
            "shift_jis"
        }
        "eucjp" | "euc-jp" | "euc-jis-2004" | "euc-jisx0213" => "euc-jp",
        "hz" => "hz-gb-2312",
        // By the mark.
        "utf-16" if label.starts_with("utf-16") => label,
        "utf-32" | "utf-32-le" | "utf-32-be" | "utf-32le" | "utf-32be" => "utf-32",
        "utf-16-le" => "utf-16le",
        "utf-16-be" => "utf-16be",
        other => other,
    };
    if label.starts_with("windows") || label.starts_with("koi8") {
        let encoding = encoding_rs::Encoding::for_label(family.as_bytes());
        return text
            .zip(encoding)
            .is_some_and(|(text, encoding)| encoding.decode_without_bom_handling(bytes).0 == text);
    }
    is_same(family, label)
}
