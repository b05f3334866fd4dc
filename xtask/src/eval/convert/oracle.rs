//! The reference: the Python wheel of `OpenCC`, in a virtual environment of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::corpora::root;
use crate::opencc::VERSION;

const SCRIPT: &str = include_str!("oracle.py");

/// The reference, ready to convert.
pub struct Oracle {
    folder: PathBuf,
}

impl Oracle {
    /// Makes the virtual environment, the first time, and installs the pinned version.
    pub fn new() -> Result<Self> {
        let folder = root().join("target/opencc-oracle").join(VERSION);
        let oracle = Self { folder };
        if !oracle.folder.join("ready").is_file() {
            std::fs::create_dir_all(&oracle.folder)?;
            let venv = oracle.folder.join("venv");
            run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
            run(Command::new(oracle.python()).args([
                "-m",
                "pip",
                "install",
                "--quiet",
                &format!("opencc=={VERSION}"),
            ]))?;
            std::fs::write(oracle.folder.join("ready"), VERSION)?;
        }
        std::fs::write(oracle.folder.join("oracle.py"), SCRIPT)?;
        Ok(oracle)
    }

    /// The interpreter that has the wheel.
    pub fn python(&self) -> PathBuf {
        self.folder.join("venv/bin/python")
    }

    /// Converts texts with one configuration.
    pub fn convert(&self, config: &str, texts: &[impl AsRef<str>]) -> Result<Vec<String>> {
        let source = self.folder.join(format!("{config}.in"));
        let target = self.folder.join(format!("{config}.out"));
        let mut data = Vec::new();
        for text in texts {
            let text = text.as_ref();
            data.extend(u32::try_from(text.len())?.to_le_bytes());
            data.extend(text.as_bytes());
        }
        std::fs::write(&source, data)?;
        run(Command::new(self.python())
            .arg(self.folder.join("oracle.py"))
            .arg(config)
            .arg(&source)
            .arg(&target))?;
        let data = std::fs::read(&target)?;
        std::fs::remove_file(&source)?;
        std::fs::remove_file(&target)?;
        let mut outputs = Vec::new();
        let mut rest = data.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_le_bytes(*length) as usize;
            let text = after.get(..length).context("the reference broke off")?;
            outputs.push(String::from_utf8(text.to_vec())?);
            rest = &after[length..];
        }
        ensure!(outputs.len() == texts.len(), "the reference broke off");
        Ok(outputs)
    }
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
