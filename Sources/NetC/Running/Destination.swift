import Formats
import IR
import Source
import Tensors

/// Where a result of `run` goes and as what.
package struct Destination: Hashable, Sendable {
  package let path: String
  package let kind: OutputKind
}

/// Decides and checks the output files of a run before anything is computed.
package struct DestinationRules {
  let output: GraphOutput
  let type: TensorType
  let isOverlay: Bool
  /// Whether PNG can be written on this machine.
  let hasPNG: Bool

  /// One destination an input; nil where results are only printed.
  func destinations(
    for inputs: [String], given: String?
  ) throws -> [Destination?] {
    try checkOverlay()
    let directory = given.flatMap { FilePath.isDirectory($0) ? $0 : nil }
    if let given, directory == nil {
      guard inputs.count == 1 else { throw Diagnostic.notADirectory(given, inputs.count) }
      guard !given.hasSuffix("/") else { throw Diagnostic.notADirectory(given, 1) }
      return [try destination(given)]
    }
    guard let kind = usualKind else {
      guard directory != nil else { return inputs.map { _ in nil } }
      return inputs.map { named($0, .npy, in: directory) }
    }
    let found = inputs.map { named($0, kind, in: directory) }
    for (index, destination) in found.enumerated() {
      if let other = found[..<index].firstIndex(of: destination) {
        throw UsageError(
          "`\(inputs[other])` and `\(inputs[index])` both become `\(destination.path)`",
          help: "run them one by one, each with `-o PATH`")
      }
    }
    return found
  }

  private func checkOverlay() throws(UsageError) {
    guard isOverlay, !type.isLabelMap else { return }
    throw UsageError("`--overlay` draws labels, `\(output.name)` has none")
  }

  /// What the given name's end asks for.
  private func destination(_ path: String) throws -> Destination {
    guard let kind = OutputKind(path: path) else {
      throw UsageError(
        "`\(DiagnosticText.printable(path))` names no kind of file",
        help: "end it in .npy" + (type.isLabelMap ? ", .png, .ppm or .pgm" : ""))
    }
    guard kind == .npy || type.isLabelMap else {
      throw UsageError(
        "`\(output.name)` is no map of labels and cannot be a .\(kind.rawValue) file",
        help: "write it as .npy, or choose labels with `--output NAME`")
    }
    if isOverlay, kind == .npy || kind == .pgm {
      throw UsageError("an overlay is a picture in colour", help: "end its name in .png or .ppm")
    }
    if kind == .png, !hasPNG { throw Diagnostic.libraryMissing(path) }
    return Destination(path: path, kind: kind)
  }

  /// What is written where nobody says; nil where results are printed.
  private var usualKind: OutputKind? {
    switch type.kind {
    case .labels: hasPNG ? .png : (isOverlay ? .ppm : .pgm)
    case .map: .npy
    case .vector, .label, .windows: nil
    }
  }

  /// `cat.labels.png` of `pictures/cat.jpg`, in a directory or in the current one.
  private func named(_ input: String, _ kind: OutputKind, in directory: String?) -> Destination {
    let name = String(input.split(separator: "/").last ?? "input")
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let base = dot == name.startIndex ? name : String(name[..<dot])
    let file = "\(base).\(isOverlay ? "overlay" : output.name).\(kind.rawValue)"
    guard let directory else { return Destination(path: file, kind: kind) }
    let separator = directory.hasSuffix("/") ? "" : "/"
    return Destination(path: directory + separator + file, kind: kind)
  }

  /// Refuses to write over a file that the command reads.
  static func check(
    _ paths: [String], against sources: [String]
  ) throws(UsageError) {
    let read = Set(sources.map(FilePath.canonical))
    for path in paths where read.contains(FilePath.canonical(path)) {
      throw UsageError(
        "the output `\(DiagnosticText.printable(path))` is also read",
        help: "give it another name with `-o PATH`")
    }
  }
}

extension Diagnostic {
  fileprivate static func notADirectory(_ path: String, _ inputs: Int) -> Diagnostic {
    Diagnostic(
      .unwritableOutput,
      inputs == 1
        ? "this directory does not exist"
        : "with \(inputs) inputs the output is a directory that exists", path: path,
      help: "make it: mkdir \(path)")
  }

  fileprivate static func libraryMissing(_ path: String) -> Diagnostic {
    let package = SystemLibraries.available().first { $0.name == "libpng" }?.package ?? "libpng"
    return Diagnostic(
      .missingLibrary, "PNG cannot be written without libpng", path: path,
      help: "install it with `apt-get install \(package)`, or write .ppm or .pgm")
  }
}
