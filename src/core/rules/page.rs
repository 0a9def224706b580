//! A rule's page: the module documentation of its source file.

/// The text of a rule's page, as Markdown.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    source: &'a str,
}

/// A fenced example on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// `Bad` or `Good`: the heading it stands under.
    pub heading: String,
    /// The word after the fence: `toml`, `jsonc`, `yaml`.
    pub language: String,
    /// The file's name, where the word after the language gives one.
    pub file: Option<String>,
    /// The text.
    pub text: String,
}

impl<'a> Page<'a> {
    /// The page in a source file: the leading lines that start with `//!`.
    pub fn of(source: &'a str) -> Self {
        Self { source }
    }

    /// The lines of the page.
    pub fn lines(self) -> impl Iterator<Item = &'a str> {
        self.source.lines().map_while(|line| {
            let line = line.strip_prefix("//!")?;
            Some(line.strip_prefix(' ').unwrap_or(line))
        })
    }

    /// The whole page as Markdown.
    pub fn markdown(self) -> String {
        let mut text = self.lines().collect::<Vec<_>>().join("\n");
        text.push('\n');
        text
    }

    /// The first heading.
    pub fn title(self) -> &'a str {
        self.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("")
    }

    /// The text of a section, without its heading.
    pub fn section(self, heading: &str) -> String {
        let mut inside = false;
        let mut text = Vec::new();
        for line in self.lines() {
            match line.strip_prefix("## ") {
                Some(found) => inside = found == heading,
                None if inside => text.push(line),
                None => {}
            }
        }
        text.join("\n").trim().to_owned()
    }

    /// The fenced examples under `## Bad` and `## Good`.
    pub fn examples(self) -> Vec<Example> {
        let mut heading = "";
        let mut open: Option<Example> = None;
        let mut examples = Vec::new();
        for line in self.lines() {
            if let Some(found) = line.strip_prefix("## ") {
                heading = found;
            } else if let Some(fence) = line.strip_prefix("```") {
                match open.take() {
                    Some(example) => examples.push(example),
                    None => {
                        let mut words = fence.split_whitespace();
                        open = Some(Example {
                            heading: heading.to_owned(),
                            language: words.next().unwrap_or_default().to_owned(),
                            file: words.next().map(str::to_owned),
                            text: String::new(),
                        });
                    }
                }
            } else if let Some(example) = &mut open {
                example.text.push_str(line);
                example.text.push('\n');
            }
        }
        examples.retain(|example| matches!(example.heading.as_str(), "Bad" | "Good"));
        examples
    }
}
