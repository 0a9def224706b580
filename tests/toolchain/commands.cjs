// Wrangler's own tree of commands: the names of the first level, and the flags of those that deploy.
const { experimental_getWranglerCommands } = require("wrangler");

const { registry, globalFlags } = experimental_getWranglerCommands();
const find = (...names) => names.reduce((node, name) => node.subtree.get(name), registry).definition;
const flags = (args, positional = []) =>
	Object.entries(args)
		.filter(([name]) => !positional.includes(name))
		.map(([name, { alias = [], type, array = false, requiresArg = false }]) => ({
			name,
			aliases: [alias].flat(),
			takes: array ? "several" : type === "boolean" ? "nothing" : requiresArg ? "one" : "maybe",
		}));
const of = (...names) => {
	const { args, positionalArgs } = find(...names);
	return flags(args, positionalArgs);
};
console.log(
	JSON.stringify({
		names: [...registry.subtree.keys()],
		global: flags(globalFlags),
		deploy: of("deploy"),
		"versions upload": of("versions", "upload"),
		"triggers deploy": of("triggers", "deploy"),
	}),
);
