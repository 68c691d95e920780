import ArgumentParser
import Terminal

extension OutputMode: ExpressibleByArgument {}

/// `--output`, on every command that prints results.
struct OutputOptions: ParsableArguments {
  @Option(name: .customLong("output"), help: ArgumentHelp("How results are printed.", valueName: "form"))
  var mode: OutputMode = .table

  var output: Output {
    let context = CommandContext.current
    return Output(mode: mode, results: context.results, messages: context.messages)
  }
}
