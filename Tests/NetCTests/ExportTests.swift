import Formats
import IR
import Source
import Tensors
import Testing

@testable import NetC

/// Which operators a spec becomes; that they compute the same is what Tests/Zoo/onnx_export.py sees.
struct ExportTests {
  private static func exported(
    _ body: String, at sizes: Sizes? = Sizes(height: 12, width: 15)
  ) throws -> ExportedGraph {
    let checked = try compiled("  input x: tensor[4, H, W]\n  \(body)").checked
    return try GraphExporter.export(checked, checked.graph.outputs, at: sizes)
  }

  private static func operators(_ graph: ExportedGraph) -> [String] { graph.nodes.map(\.operation) }

  @Test(arguments: [
    ("relu", ["Relu"]), ("relu6", ["Clip"]), ("sigmoid", ["Sigmoid"]), ("tanh", ["Tanh"]),
    ("silu", ["Sigmoid", "Mul"]), ("hardsigmoid", ["HardSigmoid"]), ("hardswish", ["HardSwish"]),
    ("leaky_relu", ["LeakyRelu"]), ("square", ["Mul"]), ("power 2 scale=3", ["Mul", "Add", "Pow"]),
    ("bn @b", ["BatchNormalization"]), ("conv 3x3 4 @c", ["Conv"]), ("identity", ["Identity"]),
    ("transposed_conv 2x2 4 stride=2 @c", ["ConvTranspose"]), ("softmax", ["Softmax"]),
    ("argmax", ["ArgMax"]), ("maxpool 3x3 stride=2 pad=1", ["MaxPool"]),
    ("maxpool 3x3 stride=1 rate=2 pad=2", ["Pad", "MaxPool"]),
    ("avgpool 3x3 stride=2 pad=1", ["AveragePool"]), ("avgpool global", ["GlobalAveragePool"]),
    ("avgpool 3x3 stride=2 pad=1 ceil_mode=yes", ["Conv", "Mul"]),
    ("avgpool 3x3 rate=2 pad=2", ["Conv"]), ("maxpool global", ["GlobalMaxPool"]),
    ("maxpool adaptive=4x5", ["MaxPool"]), ("maxpool adaptive=5x5", ["Gather", "MaxPool"]),
    ("avgpool adaptive=5x5", ["Pad", "Gather", "AveragePool", "Mul"]),
    (
      "stochastic_pool global",
      [
        "Mul", "GlobalAveragePool", "GlobalAveragePool", "Equal", "Div",
        "Where",
      ]
    ),
    ("resize 2x", ["Resize"]), ("resize 2x mode=nearest", ["Resize"]),
    ("resize 12x15", ["Identity"]),
    ("resize 1.3x", ["Resize"]),
    ("lrn size=5 alpha=1e-4 beta=0.75", ["LRN"]), ("crop 1", ["Slice"]), ("pad 1", ["Pad"]),
    ("maxpool adaptive=2x3 |> flatten |> dense 3 @d", ["MaxPool", "Flatten", "Gemm"]),
    ("argmax |> crop 1", ["ArgMax", "Cast", "Slice", "Cast", "Squeeze"]),
  ])
  func operators(_ layers: String, _ expected: [String]) throws {
    #expect(Self.operators(try Self.exported("output y = x |> \(layers)")) == expected)
  }

  /// 40 · 1.3 is 52, in double precision with 1.3 in single 51: the operator would be at odds.
  @Test func gridsThatNoResizeHasAreGathered() throws {
    let graph = try Self.exported(
      "output y = x |> resize 1.3x", at: Sizes(height: 40, width: 33))
    let axis = ["Gather", "Gather", "Mul", "Mul", "Add"]
    #expect(Self.operators(graph) == axis + axis)
  }

  @Test(arguments: [
    "maxpool adaptive=2x2", "avgpool adaptive=3x3", "spp[2, 1]",
    "resize like=z mode=nearest", "resize 1.3x", "resize 7x7 mode=nearest",
    "conv 3x3 4 stride=2 rate=2 pad=same(tf) @c", "avgpool 3x3 stride=2 pad=1 ceil_mode=yes",
    "avgpool 3x3 rate=2 pad=2 count_include_pad=no",
  ])
  func whatDependsOnTheSizeAsksForOne(_ layer: String) throws {
    let body = "z = x |> conv 3x3 4 pad=2 @z\n  output y = x |> \(layer)"
    do {
      _ = try Self.exported(body, at: nil)
      Issue.record("\(layer) is exported")
    } catch let error as Diagnostic {
      #expect(error.code == .exportNeedsSize && error.span != nil)
      #expect(error.message.contains("` can only be exported at a size: "))
    }
    #expect(throws: Never.self) { try Self.exported(body) }
  }

  @Test(arguments: [
    ("conv 3x3 4 stride=2 pad=same(tf) @c", "Conv"),
    ("maxpool 3x3 stride=2 pad=1 ceil_mode=yes", "MaxPool"),
    ("avgpool 2 ceil_mode=yes", "AveragePool"), ("resize 0.5x", "Resize"),
    ("resize 2x mode=nearest", "Resize"), ("avgpool adaptive=1x1", "GlobalAveragePool"),
  ])
  func whatHoldsForAllSizesAsksForNone(_ layer: String, _ last: String) throws {
    let graph = try Self.exported("output y = x |> \(layer)", at: nil)
    #expect(Self.operators(graph) == [last])
    #expect(graph.inputs[0].dimensions == [.named("N"), .fixed(4), .named("H"), .named("W")])
    #expect(graph.outputs[0].dimensions[0] == .named("N"))
  }

  @Test func dimensionsThatSizesGiveHaveTheirFormulas() throws {
    let graph = try Self.exported("output y = x |> maxpool 3x3 stride=2 pad=1", at: nil)
    #expect(
      graph.outputs[0].dimensions
        == [.named("N"), .fixed(4), .named("ceil(H/2)"), .named("ceil(W/2)")])
    let fixed = try Self.exported("output y = x |> maxpool 3x3 stride=2 pad=1")
    #expect(fixed.outputs[0].dimensions == [.fixed(1), .fixed(4), .fixed(6), .fixed(8)])
  }

  @Test func labelsAreWholeNumbersWithoutChannels() throws {
    let graph = try Self.exported(
      "output labels = x |> argmax\n  output label = x |> avgpool global |> flatten |> argmax")
    #expect(graph.outputs.map(\.element) == [.int64, .int64])
    #expect(graph.outputs.map(\.dimensions) == [[.fixed(1), .fixed(12), .fixed(15)], [.fixed(1)]])
  }

  @Test func padsOfSameAreThoseOfTheSize() throws {
    let graph = try Self.exported("output y = x |> conv 3x3 4 stride=2 rate=2 pad=same(tf) @c")
    let pads = graph.nodes[0].attributes.first { $0.name == "pads" }
    // 12: (6 − 1)·2 + 5 − 12 = 3, one before; 15: (8 − 1)·2 + 5 − 15 = 4, two on both sides.
    #expect(pads?.content == .integers([1, 2, 2, 2]))
  }

  @Test func weightsHaveTheNamesOfTheCheckpointAndAreThereOnce() throws {
    let graph = try Self.exported("output y = x |> conv 3x3 4 @a.0 |> bn @a.1")
    #expect(
      graph.constants.map(\.name) == [
        "a.0.weight", "a.0.bias", "a.1.weight", "a.1.bias", "a.1.running_mean", "a.1.running_var",
      ])
    #expect(graph.nodes.map(\.name) == ["a.0/Conv", "a.1/BatchNormalization"])
  }

  @Test func outputsOfOneValueAndOfAnInputHaveTheirOwnTensors() throws {
    let graph = try Self.exported(
      "a = x |> relu\n  output y = a\n  output z = a |> dropout 0.5\n  output w = x")
    #expect(graph.nodes.map(\.outputs) == [["y"], ["z"], ["w"]])
    #expect(graph.nodes.map(\.inputs) == [["x"], ["y"], ["x"]])
  }

  @Test func zerosBeforeAPoolAreNotMergedIntoIt() throws {
    func zero(_ layers: String) throws -> Float? {
      let graph = try Self.exported("output y = x |> pad 1 |> \(layers)")
      guard
        case .floats(let values)? = graph.constants.first(where: { $0.dimensions == [] })?.content
      else { return nil }
      return values.first
    }
    #expect(try zero("maxpool 3x3")?.sign == .minus)
    #expect(try zero("conv 3x3 4 pad=0 @c")?.sign == .plus)
  }

  @Test func binsThatOperatorsCutOtherwiseAreRefused() throws {
    let body = """
        input x: tensor[4, H, W] os=16
        input w: windows[R]
        output y = x |> roi_spp[7] windows=w
      """
    let checked = try compiled(body).checked
    func export(_ side: Int) throws -> ExportedGraph {
      try GraphExporter.export(
        checked, checked.graph.outputs, at: Sizes(height: side, width: side))
    }
    #expect(try Self.operators(export(56)).contains("MaxRoiPool"))
    do {
      _ = try export(57)
      Issue.record("57 cells in 7 bins are exported")
    } catch let error as Diagnostic {
      #expect(error.code == .notExportable && error.message.contains("maps of 57 cells"))
    }
  }
}
