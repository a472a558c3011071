import Formats
import Frontend
import IR
import Runtime
import Source
import Tensors

/// One output of a network computed from files, one file at a time.
package struct RunJob {
  package private(set) var session: Session
  package let output: GraphOutput
  package let type: TensorType
  let palette: Palette
  let isOverlay: Bool
  /// The input that files are given for.
  private let primary: Preparation
  /// The other inputs that the output needs, with what was given for them.
  private let others: [(preparation: Preparation, content: InputContent, path: String)]

  /// What one file gave.
  package struct Result: Sendable {
    package let input: String
    /// As it leaves netc: labels have no channel axis.
    package let shape: [Int]
    package let destination: Destination?
    /// Empty for results that are no labels.
    package let classes: ClassCounts
    /// The likeliest classes of each image or window; empty unless the result is a vector.
    package let rankings: [Ranking]
    /// Rows of the result are of windows, not of images.
    package let isOfWindows: Bool
    package let milliseconds: Double
  }

  /// `named` are the files of the inputs besides the primary one, by name.
  package init(
    _ network: LoadedNetwork, _ session: Session, output: GraphOutput, named: [String: String],
    isOverlay: Bool
  ) throws(Diagnostic) {
    let graph = network.graph
    self.session = session
    self.output = output
    self.isOverlay = isOverlay
    type = graph[output.value].type
    palette = Palette(network.facts.legend, classes: graph.classes(of: output))
    let primary = graph.primaryInput
    self.primary = Preparation(primary, of: network.checked)
    var others: [(preparation: Preparation, content: InputContent, path: String)] = []
    for input in graph.inputs where input.value != primary.value {
      guard let path = named[input.name] else { continue }
      let content = try InputContent.read(path)
      others.append((Preparation(input, of: network.checked), content, path))
    }
    self.others = others
  }

  /// Reads a file, computes the output and writes it.
  ///
  /// `warn` hears of weights that are not finite, `announce` the result before the file takes its
  /// name: what they throw leaves no file.
  package mutating func run(
    _ path: String, to destination: Destination?, control: RunControl = RunControl(),
    warn: (Diagnostic) throws -> Void = { _ in },
    announce: (Result) throws -> Void = { _ in }
  ) throws -> Result {
    let content = try InputContent.read(path)
    let (sizes, fit, fits) = try sizes(for: content, path)
    // The plan comes before anything large: it says whether the memory is there.
    _ = try session.executable(at: sizes)
    if let finding = session.takeWeightFinding() { try warn(finding) }
    var inputs = [primary.name: try primary.tensor(content, fit, path: path)]
    for (other, fit) in zip(others, fits) {
      let tensor = try other.preparation.tensor(other.content, fit, path: other.path)
      try other.preparation.check(tensor, at: sizes, path: other.path)
      inputs[other.preparation.name] = tensor
    }
    let (results, milliseconds) = try session.run(inputs, at: sizes, control: control)
    let raw = results[0]
    let unpadded = try self.unpadded(raw, fit, path)
    let masks = masks(unpadded, isRestored: unpadded.shape != raw.shape, fit)
    var classes = ClassCounts()
    for mask in masks { classes.add(mask) }
    let result = Result(
      input: path, shape: type.natural(unpadded.shape), destination: destination,
      classes: classes, rankings: rankings(unpadded),
      isOfWindows: type.leading == .windows, milliseconds: milliseconds)
    guard let destination else {
      try announce(result)
      return result
    }
    let written = try self.content(of: unpadded, masks, content, fit, path, as: destination)
    try AnnouncedFile.write(to: destination.path) { file throws(FormatError) in
      try written.write(to: &file)
    } announce: {
      try announce(result)
    }
    return result
  }

  /// The sizes of a run on a file, and how it and the other inputs are fitted.
  private func sizes(
    for content: InputContent, _ path: String
  ) throws -> (sizes: Sizes, fit: Fit?, others: [Fit?]) {
    let (shape, fit) = try primary.sides(of: content, path: path)
    var sizes = Sizes(height: shape.h, width: shape.w, batch: shape.n)
    var fits: [Fit?] = []
    for other in others {
      let (own, fit) = try other.preparation.sides(of: other.content, path: other.path)
      if other.preparation.format.kind == .windows { sizes.windows = own.n }
      fits.append(fit)
    }
    return (sizes, fit, fits)
  }

  private func unpadded(
    _ raw: Tensor, _ fit: Fit?, _ path: String
  ) throws(Diagnostic) -> Tensor {
    do {
      return try fit?.unpadded(raw) ?? raw
    } catch {
      throw Diagnostic(.tooMuchMemory, "no memory is left for the result", path: path)
    }
  }

  /// The labels of each image at the picture's size; a result without its padding has it already.
  private func masks(_ result: Tensor, isRestored: Bool, _ fit: Fit?) -> [Mask] {
    guard type.isLabel else { return [] }
    let masks = (0..<result.shape.n).map { Mask(result, image: $0) }
    return isRestored ? masks : masks.map { fit?.restored($0) ?? $0 }
  }

  private func rankings(_ result: Tensor) -> [Ranking] {
    guard case .vector = type.kind else { return [] }
    let values = result.values
    let count = result.shape.c
    return (0..<result.shape.n).map { Ranking(Array(values[$0 * count..<($0 + 1) * count])) }
  }
}

extension Graph {
  /// The input that files are given for: the first one with sides.
  package var primaryInput: GraphInput {
    inputs.first { self[$0.value].type.extents != nil } ?? inputs[0]
  }
}

extension Preparation {
  /// An input besides the primary one follows the primary one's sizes.
  fileprivate func check(
    _ tensor: Tensor, at sizes: Sizes, path: String
  ) throws(Diagnostic) {
    guard let wanted = shape(at: sizes), wanted != tensor.shape else { return }
    throw Diagnostic(
      .wrongInputSize, "`\(name)` is \(tensor.shape), beside this first input it is \(wanted)",
      path: path)
  }
}
