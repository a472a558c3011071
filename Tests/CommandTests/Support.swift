import Foundation
import Formats
import NetC

/// The repository, found from this file.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static func path(_ relative: String) -> String { "\(root)/\(relative)" }

  static let flagship = path("models/deeplabv3plus.net")

  /// The specs of the library, each a whole network.
  static let librarySpecs = files(in: "Tests/Specs/library")

  /// Every network of the repository that has to be right; files of blocks alone are none.
  static let networks = (librarySpecs + files(in: "Tests/Specs/ops") + files(in: "models"))
    .filter { path in
      (try? String(contentsOfFile: path, encoding: .utf8))?.contains("\nnetwork ") == true
    }

  private static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: path(folder))) ?? []
    return names.filter { $0.hasSuffix(".net") }.sorted().map { path("\(folder)/\($0)") }
  }
}

/// Text that a command wrote.
final class Recorder: TextOutput {
  private(set) var text = ""
  func write(_ text: String) throws(FormatError) { self.text += text }
  func flush() throws(FormatError) {}
}

/// What a command did in this process.
struct Outcome {
  let code: ExitCode
  let output: String
  let messages: String

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
  }
}

func netc(_ arguments: String..., input: String = "") -> Outcome {
  run(arguments, input: input)
}

func run(_ arguments: [String], input: String = "") -> Outcome {
  let output = Recorder()
  let messages = Recorder()
  var console = Console(
    output: output, messages: messages,
    readInput: { () throws(FormatError) in Array(input.utf8) })
  let code = NetcProgram.run(arguments, &console)
  return Outcome(code: code, output: output.text, messages: messages.text)
}

/// A directory of its own, gone at the end.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "netc-command-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws -> String {
    let file = "\(path)/\(name)"
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    return file
  }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}
