import Foundation
import TestSupport
import Testing

/// The built program with real streams.
@Suite struct ProcessTests {
  @Test func exitCodes() throws {
    #expect(try shell("\"$1\"").code == 2)
    #expect(try shell("\"$1\" check \"$2\"").code == 0)
    #expect(try shell("\"$1\" check /nowhere").code == 3)
    #expect(try shell("\"$1\" check $'\\xff.net'").code == 2)
  }

  @Test func unwritableOutput() throws {
    let full = try shell("\"$1\" check \"$2\" > /dev/full")
    #expect(full.code == 3)
    #expect(full.errors.contains("no space left on device"))
    let closed = try shell("\"$1\" check \"$2\" >&-")
    #expect(closed.code == 3)
    #expect(closed.errors.contains("standard output"))
    #expect(try shell("\"$1\" check -q \"$2\" >&- 2>&- <&-").code == 0)
    #expect(try shell("\"$1\" --version 2> /dev/full").code == 0)
  }

  @Test func readerThatGoesAway() throws {
    let outcome = try shell("\"$1\" show -v \"$2\" | head -1; exit ${PIPESTATUS[0]}")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    #expect(try shell("\"$1\" explain | true; exit ${PIPESTATUS[0]}").code == 0)
  }

  @Test func interruption() throws {
    // It waits for standard input until the signal comes.
    let script = """
      sleep 5 | "$1" fmt - & child=$!
      sleep 0.5; kill -TERM $child; wait $child; exit $?
      """
    #expect(try shell(script).code == 143)
    let other = "set -m; sleep 5 | \"$1\" fmt - & sleep 0.5; kill -INT $!; wait $!; exit $?"
    #expect(try shell(other).code == 130)
  }

  @Test func colorFollowsTheEnvironment() throws {
    let outcome = try shell("\"$1\" check /nowhere")
    #expect(!outcome.errors.contains("\u{1B}"))
    #expect(try shell("\"$1\" check /nowhere --color always").errors.contains("\u{1B}"))
  }

  @Test func readOnlyDirectoryKeepsTheFile() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("x.net", "netc   1\n")
    let script = """
      ulimit -f 0; "$1" fmt '\(file)'; code=$?; ls -A '\(directory.path)' | wc -l >&2; exit $code
      """
    let outcome = try shell(script)
    #expect(outcome.code == 3)
    #expect(outcome.errors.hasSuffix("1\n"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "netc   1\n")
  }
}
