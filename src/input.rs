//! One input: a file, or standard input, and what holds for it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zhnorm::Normalizer;
use zhnorm::formats::{self, Format};

use crate::arguments;
use crate::configuration::{self, Scope};
use crate::files;
use crate::settings::STDIN;

/// Something to work on.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// The file; `-` is standard input.
    pub(crate) path: PathBuf,
    /// The name that standard input is given.
    pub(crate) alias: Option<PathBuf>,
    /// The path below the folder that the user named; of a named file its name.
    pub(crate) below: PathBuf,
    /// The user named it, rather than a walk found it.
    pub(crate) named: bool,
    /// Symbolic links on the way to it are followed: the user named it, or asked for that.
    pub(crate) follows_links: bool,
    /// The configuration that holds for it.
    pub(crate) scope: Scope,
}

impl Input {
    /// Whether this is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.named && self.path == Path::new(STDIN)
    }

    /// The path that is shown.
    pub(crate) fn shown(&self) -> &Path {
        self.alias.as_deref().unwrap_or(&self.path)
    }

    /// The folder that was walked, when the walk must not leave it through a link.
    pub(crate) fn walked_root(&self) -> Option<&Path> {
        if self.follows_links {
            return None;
        }
        let depth = self.below.components().count();
        self.path.ancestors().nth(depth)
    }

    /// Opens the file for reading.
    ///
    /// A file that a walk found may have been exchanged since: a link is not followed, and a
    /// FIFO does not block.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub(crate) fn open(&self) -> io::Result<File> {
        match self.walked_root() {
            _ if self.named => File::open(&self.path),
            Some(root) => files::open_below(root, &self.below),
            None => files::open_regular(&self.path),
        }
    }

    /// The format that the user names, or that the name of the file says. Standard input has no
    /// name: who says something of fields has records in it.
    pub(crate) fn format(&self) -> Format {
        let config = self.scope.config(&self.below);
        match config.format {
            Some(arguments::Format::Named(format)) => format,
            Some(arguments::Format::Auto) | None => {
                let tells_of_fields = config.field_format.is_some() || !config.field.is_empty();
                if self.has_no_name() && tells_of_fields {
                    Format::JsonLines
                } else {
                    Format::from_name(self.shown())
                }
            }
        }
    }

    fn has_no_name(&self) -> bool {
        self.is_stdin() && self.alias.is_none()
    }

    /// Whether the user names it.
    pub(crate) fn names_format(&self) -> bool {
        matches!(
            self.scope.config(&self.below).format,
            Some(arguments::Format::Named(_))
        )
    }

    /// The same, given the bytes of the file.
    pub(crate) fn format_of_bytes(&self, bytes: &[u8]) -> Format {
        match self.scope.config(&self.below).format {
            Some(arguments::Format::Auto) | None if self.has_no_name() => {
                match Format::Text.with_contents(bytes) {
                    Format::Text => self.format(),
                    of_contents => of_contents,
                }
            }
            Some(arguments::Format::Auto) | None => self.format().with_contents(bytes),
            Some(_) => self.format(),
        }
    }

    /// What is written of it.
    pub(crate) fn emit(&self) -> arguments::Emit {
        self.scope.config(&self.below).emit.unwrap_or_default()
    }

    /// How its text is found and the file written.
    pub(crate) fn format_options(&self) -> formats::Options {
        let config = self.scope.config(&self.below);
        configuration::files(&config).with_output(self.scope.profile.output)
    }

    /// The normalizer for it.
    pub(crate) fn normalizer(&self) -> Arc<Normalizer> {
        self.scope.normalizer(&self.below)
    }
}
