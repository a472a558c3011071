import IR
import Tensors

/// An op with explicit arguments, as the language writes it.
struct OperationText {
  let text: String
  /// Whether it names all its values itself: `concat(a, b)`.
  let isJoin: Bool
}

extension Node {
  /// Whether its op names all its values itself.
  var isJoin: Bool {
    switch spec {
    case .attention, .movement(.concat): true
    case .pointwise: inputs.count > 1
    case .convolution, .pooling, .resize, .product, .reduction, .movement: false
    }
  }

  /// The op that gives this spec.
  func operation(_ graph: Graph, _ names: BindingNames) -> OperationText {
    let others = inputs.dropFirst().map { names[$0] }
    switch spec {
    case .convolution(let spec): return OperationText(text: spec.operation, isJoin: false)
    case .pooling(let spec):
      let text = spec.operation(
        windows: others.first, stride: inputs.first.map { graph[$0].stride })
      return OperationText(text: text, isJoin: false)
    case .resize(let spec): return OperationText(text: spec.operation(others.first), isJoin: false)
    case .product(let spec):
      return OperationText(
        text: "dense \(spec.outputFeatures) bias=\(spec.hasBias.text)", isJoin: false)
    case .attention(let spec):
      let values = inputs.map { names[$0] }.joined(separator: ", ")
      return OperationText(text: "attend(\(values), \(spec.arguments))", isJoin: true)
    case .reduction(let spec): return OperationText(text: spec.operation, isJoin: false)
    case .pointwise(let spec):
      if inputs.count == 1 {
        return OperationText(text: spec.operation(origin.op), isJoin: false)
      }
      let values = inputs.map { names[$0] }.joined(separator: ", ")
      return OperationText(text: "\(origin.op)(\(values))", isJoin: true)
    case .movement(.concat):
      let values = inputs.map { names[$0] }.joined(separator: ", ")
      return OperationText(text: "concat(\(values))", isJoin: true)
    case .movement(let spec):
      return OperationText(text: spec.operation(origin.op, others.first), isJoin: false)
    }
  }
}

extension PointwiseSpec {
  /// `relu`, `bn eps=1e-05`, `power (2.0) scale=(1.0) shift=(0.0)`
  fileprivate func operation(_ op: String) -> String {
    switch expression {
    // weight · (x − mean) / √(var + eps) + bias
    case .add(
      .multiply(.divide(_, .squareRoot(.add(.parameter, .constant(let eps)))), .parameter),
      .parameter):
      "\(op) eps=\(eps)"
    // (shift + scale · x)^exponent
    case .power(.add(.constant(let shift), .multiply(.constant(let scale), .input)), let exponent):
      "\(op) (\(exponent)) scale=(\(scale)) shift=(\(shift))"
    // max(x, 0) + slope · min(x, 0)
    case .add(.maximum, .multiply(.constant(let slope), .minimum)):
      "\(op) (\(slope))"
    default: op
    }
  }
}

extension MovementSpec {
  fileprivate func operation(_ op: String, _ like: String?) -> String {
    switch self {
    case .identity, .concat: op
    case .flatten: "flatten"
    case .crop(let sides): "crop \(sides.tuple)"
    case .pad(let sides, let value): "pad \(sides.tuple) value=(\(value))"
    case .cropLike(let anchor): "crop like=\(like ?? "") \(anchor.argument)"
    case .padLike(let anchor): "pad like=\(like ?? "") \(anchor.argument)"
    }
  }
}

extension MovementSpec.Anchor {
  fileprivate var argument: String {
    switch self {
    case .center: "anchor=center"
    case .offset(let top, let left): "offset=\(top)x\(left)"
    }
  }
}

extension ReductionSpec {
  fileprivate var operation: String {
    switch self {
    case .softmax: "softmax"
    case .argmax: "argmax"
    case .responseNormalization(let spec):
      """
      lrn size=\(spec.size) alpha=(\(spec.alpha)) beta=(\(spec.beta)) k=(\(spec.k)) \
      across=\(spec.acrossChannels ? "channels" : "within") scaling=\(spec.scaling.rawValue)
      """
    }
  }
}

extension AttentionSpec {
  fileprivate var arguments: String {
    "scale=(\(scale)), normalize=\(normalize.rawValue), combine=\(combine.rawValue)"
  }
}

extension ResizeSpec {
  fileprivate func operation(_ like: String?) -> String {
    let target: String
    switch self.target {
    case .like: target = "like=\(like ?? "")"
    case .factor(let height, _): target = "\(height.text)x"
    case .fixed(let size): target = "\(size.height)x\(size.width)"
    }
    let grid = mode == .bilinear ? " align_corners=\(alignCorners.text)" : ""
    return "resize \(target) mode=\(mode.rawValue)\(grid)"
  }
}

extension Bool {
  fileprivate var text: String { self ? "yes" : "no" }
}

extension Insets {
  /// All four sides, as `crop` and `pad` take them.
  fileprivate var tuple: String { "(\(top), \(bottom), \(left), \(right))" }
}
