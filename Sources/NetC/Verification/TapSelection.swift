import Frontend
import IR
import Source
import Tensors

/// The recorded arrays that are values of a network at the sizes of a run.
struct TapSelection: Sendable {
  let taps: [Tap]
  /// Names that nothing of the network has, with the nearest one.
  let unknown: [(name: String, suggestion: String?)]
  /// Shapes of all values of the graph.
  let shapes: [Shape]
  /// The values to compute, in the order of the graph.
  let values: [ValueID]

  /// Unknown names that a near one is looked for.
  private static let maximumGuesses = 100

  /// `outputs`, where there are some, limit it to what they need; N0807 where nothing is left.
  init(
    _ network: LoadedNetwork, _ recording: Recording, _ input: VerificationInput,
    outputs: [GraphOutput]
  ) throws(Diagnostic) {
    let graph = network.graph
    let names = TapNames(network)
    guard let shapes = network.checked.shapes(at: input.sizes) else {
      throw Diagnostic(.tooMuchMemory, "at this size a value passes 2^60 numbers")
    }
    let needed = Set(graph.reachable(from: outputs.map(\.value)))
    var taps: [Tap] = []
    var unknown: [(name: String, suggestion: String?)] = []
    for name in recording.names {
      guard let dimensions = recording.dimensions(name) else { continue }
      let own = name == Recording.inputName && names.value(name) == nil ? input.input.name : name
      guard let tap = Tap(name, as: own, dimensions, names, graph, shapes) else {
        let guess = unknown.count < Self.maximumGuesses ? nearest(name, among: names.all) : nil
        unknown.append((name, guess))
        continue
      }
      // What was read from the recording is equal to it.
      if input.isRecorded, graph.node(tap.candidates[0]) == nil { continue }
      if needed.isEmpty || needed.contains(tap.candidates[0]) { taps.append(tap) }
    }
    guard !taps.isEmpty else { throw .nothingRecorded(recording, unknown.first) }
    self.taps = taps
    self.unknown = unknown
    self.shapes = shapes
    values = Set(taps.flatMap(\.candidates)).filter { graph.node($0) != nil }
      .sorted { $0.index < $1.index }
  }
}

extension Diagnostic {
  fileprivate static func nothingRecorded(
    _ recording: Recording, _ unknown: (name: String, suggestion: String?)?
  ) -> Diagnostic {
    let example = unknown.map { ": `\($0.name)` and others are none" } ?? ""
    return Diagnostic(
      .nothingRecorded, "the recording has no value of this network\(example)",
      path: recording.path,
      help: unknown?.suggestion.map { "did you mean `\($0)`?" }
        ?? "record layers under their labels, as `netc show FILE` lists them, and outputs under "
        + "the network's names for them")
  }
}
