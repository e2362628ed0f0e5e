/// The `shortwire` command: the demonstration, standalone nodes, a registry server, and calls to a running cluster.
///
/// [dev.shortwire.cli.Main] parses the command line; each `…Command` is one subcommand; `…Config` records are what a
/// YAML file can say; `…Origin` is what fills a group; the `Demo…` classes start and stop the demonstration.
@NullMarked
package dev.shortwire.cli;

import org.jspecify.annotations.NullMarked;
