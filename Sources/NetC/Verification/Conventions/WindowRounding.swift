import IR
import Tensors

/// How many windows a pool has where the last one hangs over: floor, or PyTorch's and Caffe's ceil.
enum WindowRounding: Convention {
  static let name = "ceil or floor"

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    perLayer(segment) { _, node in
      guard case .pooling = node.spec, var window = node.spec.family.window else { return [] }
      window.ceilMode.toggle()
      let words = "ceil_mode=\(window.ceilMode ? "yes" : "no")"
      return node.spec.with(window).map { [(words, $0)] } ?? []
    }
  }
}
