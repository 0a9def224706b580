//! Whether people wrote the entry point, or a tool did.

use super::module::Module;

/// Who wrote the entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// People.
    Handwritten,
    /// A framework makes it, or completes it when it builds: what the text says is not what will be
    /// deployed.
    Framework(&'static str),
    /// It lies where builds put their output.
    Generated,
}

/// Folders that belong to a framework's build.
const FOLDERS: [(&str, &str); 8] = [
    (".open-next", "OpenNext"),
    (".svelte-kit", "SvelteKit"),
    (".output", "Nitro"),
    (".nuxt", "Nuxt"),
    (".next", "Next.js"),
    (".vercel", "next-on-pages"),
    (".solid", "SolidStart"),
    (".astro", "Astro"),
];

/// Folders in which builds leave their output. `dist` and its like are also left out by the walk.
const OUTPUTS: [&str; 10] = [
    "dist",
    "build",
    "out",
    "output",
    "node_modules",
    "target",
    "generated",
    "pkg",
    ".wrangler",
    "coverage",
];

/// The beginnings of specifiers that only a framework's own build resolves.
const SPECIFIERS: [(&str, &str); 20] = [
    ("virtual:react-router/", "React Router"),
    ("@react-router/", "React Router"),
    ("react-router", "React Router"),
    ("virtual:remix/", "Remix"),
    ("@remix-run/", "Remix"),
    ("@astrojs/", "Astro"),
    ("astro:", "Astro"),
    ("astro/", "Astro"),
    ("@sveltejs/", "SvelteKit"),
    ("$app/", "SvelteKit"),
    ("@tanstack/react-start", "TanStack Start"),
    ("@tanstack/solid-start", "TanStack Start"),
    ("@opennextjs/", "OpenNext"),
    ("nitropack", "Nitro"),
    ("#nitro", "Nitro"),
    ("#app", "Nuxt"),
    ("rwsdk", "RedwoodSDK"),
    ("@redwoodjs/sdk", "RedwoodSDK"),
    ("vinxi", "Vinxi"),
    ("@solidjs/start", "SolidStart"),
];

/// Names of the configuration of Vite; a project with one that uses Cloudflare's plugin is built
/// by it.
pub(crate) const VITE: [&str; 6] = [
    "vite.config.ts",
    "vite.config.js",
    "vite.config.mts",
    "vite.config.mjs",
    "vite.config.cts",
    "vite.config.cjs",
];

impl Origin {
    /// Who wrote an entry point, by `main` as the configuration has it, and what it asks for.
    pub fn of(main: &str, entry: &Module, vite: bool) -> Self {
        let folders = || main.split('/').rev().skip(1);
        let framework = folders().find_map(|folder| {
            FOLDERS.iter().find(|(name, _)| *name == folder).map(|(_, framework)| *framework)
        });
        if let Some(framework) = framework.or_else(|| Self::by_name(main)) {
            return Self::Framework(framework);
        }
        if folders().any(|folder| OUTPUTS.contains(&folder)) {
            return Self::Generated;
        }
        let asks = entry.imports.iter().find_map(|import| {
            let specifier = &*import.specifier;
            let folder = specifier.split('/').find_map(|part| {
                FOLDERS.iter().find(|(name, _)| *name == part).map(|(_, framework)| *framework)
            });
            folder.or_else(|| Self::by_name(specifier))
        });
        match asks {
            Some(framework) => Self::Framework(framework),
            None if vite => Self::Framework("Vite"),
            None => Self::Handwritten,
        }
    }

    fn by_name(specifier: &str) -> Option<&'static str> {
        let known = SPECIFIERS.iter().find(|(start, _)| specifier.starts_with(start));
        known.map(|(_, framework)| *framework)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frameworks_are_known_by_path_and_by_what_they_import() {
        use Origin::{Framework, Generated, Handwritten};
        for (main, text, expected) in [
            ("src/index.ts", "export default {}", Handwritten),
            (".open-next/worker.js", "", Framework("OpenNext")),
            (".svelte-kit/cloudflare/_worker.js", "", Framework("SvelteKit")),
            (".output/server/index.mjs", "", Framework("Nitro")),
            ("dist/_worker.js/index.js", "", Generated),
            ("./build/worker/shim.mjs", "", Generated),
            ("@astrojs/cloudflare/entrypoints/server", "", Framework("Astro")),
            (
                "workers/app.ts",
                "import('virtual:react-router/server-build')",
                Framework("React Router"),
            ),
            (
                "worker.ts",
                "import handler from './.open-next/worker.js'; export default handler",
                Framework("OpenNext"),
            ),
            (
                "src/server.ts",
                "import handler from '@tanstack/react-start/server-entry'; export { handler }",
                Framework("TanStack Start"),
            ),
            (
                "src/worker.tsx",
                "import { defineApp } from 'rwsdk/worker'; export default defineApp([])",
                Framework("RedwoodSDK"),
            ),
        ] {
            let module = Module::parse("entry.tsx", text);
            assert_eq!(Origin::of(main, &module, false), expected, "{main}");
        }
        assert_eq!(Origin::of("src/index.ts", &Module::default(), true), Framework("Vite"));
    }
}
