import IR
import Source
import Tensors

/// Levels of n x n bins, each flattened, one after the other: C·Σn² numbers for every image size
/// (He et al., SPP-net, 2.3; the appendix' rule is the default)
struct SpatialPyramidPooling: Op {
  static let signature = Signature(
    "spp", "x |> spp[4, 2, 1]", takesBins: true,
    [
      .named("rule", .word(BinRule.allCases.map(\.rawValue))),
      .named("pool", .word(["max", "avg"])),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let rule = call.word("rule").flatMap(BinRule.init) ?? .adaptive
    let spec = PoolingSpec(kind: call.poolKind, region: .spp(bins: call.bins ?? [], rule: rule))
    return try builder.append(.pooling(spec), call.inputs, for: call)
  }
}

extension OpCall {
  /// `pool=max|avg`; only the rule of sppnet_pytorch pads, and its average counts the padding
  var poolKind: PoolingSpec.Kind {
    word("pool") == "avg" ? .average(countIncludePad: true) : .max
  }
}
