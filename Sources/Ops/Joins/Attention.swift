import IR
import Source
import Tensors

/// y_i = (1/C) Σ_j f(q_i, k_j) v_j over all positions j (Wang et al., Non-local Neural Networks, 3.1)
struct Attention: Op {
  static let signature = Signature(
    "attend", "attend(q, k, v, scale=1, normalize=softmax)", values: 1...3,
    [
      .named("k", .value), .named("v", .value), .named("scale", .decimal),
      .named("normalize", .word(AttentionSpec.Normalize.allNames)),
      .named("combine", .word(AttentionSpec.Combine.allNames)),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let operands = call.inputs + [call.values["k"], call.values["v"]].compactMap(\.self)
    let spec = AttentionSpec(
      scale: call.decimal("scale") ?? 1,
      normalize: call.word("normalize").flatMap(AttentionSpec.Normalize.init) ?? .softmax,
      combine: call.word("combine").flatMap(AttentionSpec.Combine.init) ?? .product)
    return try builder.append(.attention(spec), operands, for: call)
  }
}

extension AttentionSpec.Normalize {
  static let allNames = [Self.softmax, .count, .reluCount].map(\.rawValue)
}

extension AttentionSpec.Combine {
  static let allNames = [Self.product, .add].map(\.rawValue)
}
