import IR
import Tensors

/// How many cells a window sees before and after the map.
enum PaddingSplit: Convention {
  static let name = "padding"

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    perLayer(segment) { _, node in
      guard let window = node.spec.slidingWindow else { return [] }
      return splits(of: window).compactMap { padding in
        var other = window
        other.padding = padding
        return node.spec.with(other).map { ("pad=\(padding.argument)", $0) }
      }
    }
  }

  /// TensorFlow's rule, none, both splits of what keeps the size and of one cell less (which a
  /// stride of two leaves over), and the present ones swapped or a cell larger or smaller.
  private static func splits(of window: Window) -> [Padding] {
    func each(_ split: (Axis) -> (Int, Int)) -> Padding {
      let ((top, bottom), (left, right)) = (split(.height), split(.width))
      return .explicit(Insets(top: top, bottom: bottom, left: left, right: right))
    }
    func total(_ axis: Axis) -> Int { window.effectiveKernel(axis) - 1 }
    func less(_ axis: Axis) -> Int { max(0, total(axis) - 1) }
    var splits: [Padding] = [
      .sameTF,
      each { (total($0) / 2, total($0) - total($0) / 2) },
      each { (total($0) - total($0) / 2, total($0) / 2) },
      each { (less($0) / 2, less($0) - less($0) / 2) },
      each { (less($0) - less($0) / 2, less($0) / 2) },
      .none,
    ]
    if window.stride == .one {
      // Both are the same then, whatever the size.
      let centered = splits[1]
      if window.padding == .sameTF || window.padding == centered {
        splits.removeAll { $0 == .sameTF || $0 == centered }
      }
    }
    if case .explicit(let own) = window.padding {
      splits += [
        each { (own[$0].after, own[$0].before) },
        each { (own[$0].before + 1, own[$0].after + 1) },
        each { (max(0, own[$0].before - 1), max(0, own[$0].after - 1)) },
      ]
    }
    return splits
  }
}

extension Padding {
  /// As `pad=` takes it.
  fileprivate var argument: String {
    switch self {
    case .sameTF: "same(tf)"
    case .explicit(.zero): "valid"
    case .explicit(let insets):
      insets == Insets(insets.top)
        ? "\(insets.top)"
        : "(\(insets.top), \(insets.bottom), \(insets.left), \(insets.right))"
    }
  }
}
