import Foundation

/// The built program, beside the one that runs the tests.
let builtProgram: String = {
  let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  let beside = URL(filePath: own).deletingLastPathComponent().appending(path: "netc").path
  if FileManager.default.isExecutableFile(atPath: beside) { return beside }
  let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
  return URL(filePath: bundle).deletingLastPathComponent().appending(path: "netc").path
}()

/// Runs a script in which `$1` is the program and `$2` the flagship network.
func shell(_ script: String) throws -> (code: Int32, errors: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/bash")
  process.arguments = ["-c", script, "bash", builtProgram, Repository.flagship]
  let errors = Pipe()
  process.standardError = errors
  process.standardOutput = FileHandle.nullDevice
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text)
}
