import IR
import NetC
import TestSupport
import Testing

/// Flags, help and exit codes of the command line itself.
@Suite struct CommandLineTests {
  @Test func noArgumentsPrintHelpAsAnError() {
    let outcome = netc()
    #expect(outcome.code == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.messages.hasPrefix("netc check "))
  }

  @Test(arguments: [["help"], ["-h"], ["--help"]])
  func helpBeginsWithExamples(_ arguments: [String]) {
    let outcome = netc(arguments)
    #expect(outcome.code == .done)
    #expect(outcome.output.hasPrefix("netc check "))
    for command in CommandList.all { #expect(outcome.output.contains("  \(command.name) ")) }
  }

  @Test func helpOfEveryCommandBeginsWithExamples() {
    for command in CommandList.all {
      let long = netc(["help", command.name])
      #expect(long.code == .done)
      #expect(long.output.hasPrefix("netc \(command.name)"))
      #expect(long.output == netc([command.name, "-h"]).output)
      #expect(long.output == netc([command.name, "--nonsense", "--help"]).output)
      for option in command.allOptions { #expect(long.output.contains(option.spelling)) }
      for line in long.output.split(separator: "\n") { #expect(line.count <= 100) }
    }
  }

  @Test func examplesCanBeParsed() {
    for command in CommandList.all {
      for example in command.examples {
        let words = example.split(separator: " ").prefix { !["|", "<", ">"].contains($0) }
        #expect(words.prefix(2) == ["netc", Substring(command.name)])
        #expect(throws: Never.self) {
          try ArgumentParser.parse(words.dropFirst(2).map(String.init), for: command)
        }
      }
    }
  }

  @Test func versionIsData() {
    #expect(netc("--version").output == "netc \(Version.text)\n")
  }

  @Test func unknownNamesGetASuggestion() {
    let command = netc("chek", "x.net")
    #expect(command.code == .usage)
    #expect(command.messages.contains("did you mean `check`?"))
    let flag = netc("check", "x.net", "--ay", "3x3")
    #expect(flag.code == .usage)
    #expect(flag.messages.contains("did you mean `--at`?"))
    let foreign = netc("check", "x.net", "--svg", "a.svg")
    #expect(foreign.messages.contains("it is a flag of `netc show`"))
    #expect(netc("--os", "8", "check").code == .usage)
  }

  @Test(arguments: [
    ["--at"], ["--at", ""], ["--at="], ["--at", "513"], ["--at", "0x5"], ["--at", "513x"],
    ["--at", "99999999999999999999x5"], ["--at", "70000x5"], ["--at", "5x5", "--at=5x5"],
    ["--at", "5x5", "--at", "6x6"], ["--os", "0"], ["--os", "-8"], ["--os", "8.0"],
    ["--os", "1000000000"], ["--os=eight"], ["--set", "os"], ["--set", "=3"], ["--set", "os="],
    ["--set", "os=[1,"], ["--set", "a=1", "--set", "a=2"], ["--os", "8", "--set", "os=8"],
    ["--json=yes"], ["--json", "--json"], ["-W"], ["-W", "warning"], ["--color", "blue"], [""],
    ["-x"], ["-vx"], ["--"], ["--set", "x=0x1p3"], ["--set", "1x=3"],
    ["--set", "x=1e999"],
  ])
  func badArgumentsAreUsageErrors(_ arguments: [String]) {
    let isBare = arguments == ["--"]
    let outcome = netc(["check"] + (isBare ? [] : [Repository.flagship]) + arguments)
    #expect(outcome.code == .usage, "\(arguments): \(outcome.messages)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.messages.hasPrefix("netc: error: "))
  }

  @Test func spellingsOfFlags() throws {
    let forms = [
      ["f", "--at", "3x5", "--os", "8", "-W", "error", "--json"],
      ["--at=3x5", "--os=8", "-Werror", "--json", "f"],
      ["-W=error", "--json", "--os", "8", "--at=3x5", "--", "f"],
    ]
    for form in forms {
      let parsed = try ArgumentParser.parse(form, for: CheckCommand.self)
      #expect(parsed.operands == ["f"])
      #expect(parsed.size(.at)?.height == 3 && parsed.size(.at)?.width == 5)
      #expect(parsed.settings.map(\.value) == [.int(8)])
      #expect(parsed.has(.warnings) && parsed.has(.json))
    }
    let dashes = try ArgumentParser.parse(["--", "--json", "-"], for: CheckCommand.self)
    #expect(dashes.operands == ["--json", "-"])
  }

  @Test func valuesOfSettings() throws {
    let written = [
      "a=3", "b=-3", "c=0.5", "d=yes", "e=no", "f=3x5", "g=relu", "h=[1, 2,4]", "i=1e-5", "j=[]",
    ]
    let arguments = written.flatMap { ["--set", $0] }
    let settings = try ArgumentParser.parse(arguments, for: CheckCommand.self).settings
    #expect(
      settings.map(\.value.text)
        == ["3", "-3", "0.5", "yes", "no", "3x5", "relu", "[1, 2, 4]", "1e-05", "[]"])
  }

  @Test func missingOperands() {
    #expect(netc("check").code == .usage)
    #expect(netc("show").code == .usage)
    #expect(netc("show", "a.net", "b.net").code == .usage)
    #expect(netc("fmt").code == .usage)
    #expect(netc("doctor", "x").code == .usage)
  }

  @Test func unreadableFiles() {
    let missing = netc("check", "/nowhere/x.net")
    #expect(missing.code == .files)
    #expect(missing.messages.contains("/nowhere/x.net"))
    #expect(netc("check", "/").code == .files)
    #expect(netc("show", "/dev/null").code == .files)
    #expect(netc("fmt", "/nowhere/x.net").code == .files)
    #expect(netc("check", "a\u{0}b").code == .files)
    #expect(netc("check", String(repeating: "a/", count: 4000)).code == .files)
  }
}
