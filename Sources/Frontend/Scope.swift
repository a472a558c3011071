import IR
import Source

/// A name bound in a frame.
struct Binding: Sendable {
  var element: Element
  var span: Span
}

/// Everything that belongs to the block instance being elaborated.
struct Scope: Sendable {
  /// Innermost last; a block sees no frame of its caller.
  var frames: [[String: Binding]] = [[:]]
  /// Label path of the instance.
  var prefix = ""
  /// Indices of the loops around the current statement, since the instance began.
  var loops: [Int] = []
  var calls: [CallSite] = []
  var convention = Convention.torch
  /// The module whose blocks the instance's stages name.
  var module: Int
  /// The binding being made: it names an unlabelled layer.
  var bindingName: String?
  /// Unlabelled layers with weights in the current binding.
  var unlabelled: [Span] = []
  var isNetwork = false

  init(module: Int) {
    self.module = module
  }

  func find(_ name: String) -> Binding? {
    for frame in frames.reversed() {
      if let binding = frame[name] { return binding }
    }
    return nil
  }

  var names: [String] { frames.flatMap(\.keys) }
}
