import Foundation
internal import Formats
package import NetC

/// What a run of the program left on its streams.
package struct Outcome {
  package let code: ExitCode
  package let output: String
  package let messages: String

  package var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
  }
}

/// Runs the program in this process.
package func netc(_ arguments: String..., input: String = "") -> Outcome {
  netc(arguments, input: input)
}

package func netc(_ arguments: [String], input: String = "") -> Outcome {
  let (output, messages) = (Recorder(), Recorder())
  var console = Console(
    output: output, messages: messages,
    readInput: { () throws(FormatError) in Array(input.utf8) })
  let code = NetcProgram.run(arguments, &console)
  return Outcome(code: code, output: output.text, messages: messages.text)
}

/// A stream that keeps what is written.
///
/// A class because the console owns a copy of the handle.
private final class Recorder: TextOutput {
  private(set) var text = ""

  func write(_ text: String) throws(FormatError) { self.text += text }
  func flush() throws(FormatError) {}
}
