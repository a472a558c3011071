import Formats
import IR
import Source
import Tensors

/// What the network begins with: a picture to prepare, or an array that was recorded.
struct VerificationInput: Sendable {
  private enum Content: Sendable {
    case file(InputContent, Fit?, path: String)
    case recorded(Tensor)
  }

  let input: GraphInput
  let sizes: Sizes
  private let content: Content
  private let checked: CheckedGraph
  /// The inputs besides the first, by name.
  private let others: [String: Tensor]

  /// Whether the recorded array itself is what the network begins with.
  var isRecorded: Bool {
    if case .recorded = content { true } else { false }
  }

  /// Whether a picture is prepared, so that other preparations can be tried.
  var isPicture: Bool {
    if case .file(.picture, _, _) = content { true } else { false }
  }

  /// The picture or array at `image`, where given, else the recorded array `input`, or the one that
  /// has the input's own name.
  init(
    _ checked: CheckedGraph, _ recording: Recording, image: String?
  ) throws(Diagnostic) {
    let graph = checked.graph
    let input = graph.primaryInput
    let preparation = Preparation(input, of: checked)
    let shape: Shape
    if let image {
      let file = try InputContent.read(image)
      let (fitted, fit) = try preparation.sides(of: file, path: image)
      content = .file(file, fit, path: image)
      shape = fitted
    } else {
      let names = [Recording.inputName, input.name].filter { recording.dimensions($0) != nil }
      guard let name = names.first else { throw .noRecordedInput(input.name, recording.path) }
      let array = try preparation.tensor(try recording.read(name), path: recording.path)
      content = .recorded(array)
      shape = array.shape
    }
    var sizes = Sizes(height: shape.h, width: shape.w, batch: shape.n)
    var others: [String: Tensor] = [:]
    for other in graph.inputs where other.value != input.value {
      guard recording.dimensions(other.name) != nil else {
        throw .noRecordedInput(other.name, recording.path)
      }
      let preparation = Preparation(other, of: checked)
      let tensor = try preparation.tensor(try recording.read(other.name), path: recording.path)
      if preparation.format.kind == .windows { sizes.windows = tensor.shape.n }
      others[other.name] = tensor
    }
    self.checked = checked
    self.input = input
    self.sizes = sizes
    self.others = others
  }

  /// The tensors of all inputs; `format` prepares the picture otherwise than the network says.
  func tensors(_ format: InputFormat? = nil) throws(Diagnostic) -> [String: Tensor] {
    var tensors = others
    switch content {
    case .recorded(let tensor): tensors[input.name] = tensor
    case .file(let file, let fit, let path):
      let preparation = Preparation(input, of: checked, as: format)
      tensors[input.name] = try preparation.tensor(file, fit, path: path)
    }
    return tensors
  }
}

extension Diagnostic {
  fileprivate static func noRecordedInput(_ name: String, _ path: String) -> Diagnostic {
    Diagnostic(
      .nothingRecorded, "the recording has no array `\(name)` for the input of this name",
      path: path,
      help: "record it under that name, the first input as `input`, or give the picture: "
        + "`--image PIC`")
  }
}
