import Frontend
import IR
import Source
import Tensors
import Testing

@testable import Formats
@testable import NetC

struct BindingTests {
  /// a.weight 2x3x1x1 and a.bias 2, and whatever rules are given.
  private func bind(
    _ tensors: KeyValuePairs<String, [Int]>, types: [String: ElementType] = [:],
    body: String = "x = image |> conv 1x1 2 @a"
  ) throws -> BoundWeights {
    try bind("", tensors, types: types, body: body)
  }

  private func bind(
    _ rules: String, _ tensors: KeyValuePairs<String, [Int]>,
    types: [String: ElementType] = [:], body: String = "x = image |> conv 1x1 2 @a"
  ) throws -> BoundWeights {
    let (checked, facts) = try compiled(
      "input image: rgb[H, W]\n\(body)\noutput logits = x\n\(rules)")
    return bindWeights(
      checked.graph.parameters, rules: facts.rules,
      source: MemoryWeights(tensors, types: types))
  }

  private func codes(_ bound: BoundWeights) -> [String] { bound.diagnostics.all.map(\.code.id) }

  private func notes(_ bound: BoundWeights) -> [String] {
    bound.diagnostics.all.flatMap { $0.notes.map(\.message) }
  }

  @Test func everythingIsThere() throws {
    let bound = try bind(["a.weight": [2, 3, 1, 1], "a.bias": [2], "a.num_batches_tracked": []])
    #expect(codes(bound) == [])
    #expect(bound.tensors.map(\.shape.dimensions) == [[2, 3, 1, 1], [2]])
    #expect(bound.tensors[0].values == [0, 1, 2, 3, 4, 5])
  }

  @Test func layoutsAreTransposed() throws {
    let bound = try bind("rename * <- * layout=HWIO", ["a.weight": [1, 1, 3, 2], "a.bias": [2]])
    #expect(codes(bound) == [])
    #expect(bound.tensors[0].shape.dimensions == [2, 3, 1, 1])
    #expect(bound.tensors[0].values == [0, 2, 4, 1, 3, 5])
  }

  @Test func depthwiseLayout() throws {
    let bound = try bind(
      "rename * <- * layout=HWIO", ["a.weight": [2, 2, 3, 1]],
      body: "x = image |> conv 2x2 3 groups=3 pad=valid bias=no @a")
    #expect(codes(bound) == [])
    #expect(bound.tensors[0].shape.dimensions == [3, 1, 2, 2])
    #expect(bound.tensors[0].values == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
  }

  @Test func missingAndUnused() throws {
    let bound = try bind(["module.a.weight": [2, 3, 1, 1], "module.a.bias": [2]])
    #expect(codes(bound) == ["N0604", "N0605"])
    #expect(bound.tensors.isEmpty)
    #expect(
      bound.diagnostics.all[0].message == "2 of 2 tensors of the network are missing in the file")
    #expect(
      notes(bound)[0].contains("`a.weight`, 2x3x1x1; did you mean the file's `module.a.weight`"))
    #expect(bound.diagnostics.all[0].help == "write `rename * <- module.*`")
    #expect(bound.diagnostics.all[0].path == "w.safetensors")
  }

  @Test func unusedTensorsAreListed() throws {
    let bound = try bind(["a.weight": [2, 3, 1, 1], "a.bias": [2], "aux.0.w": [4], "aux.1.w": []])
    #expect(codes(bound) == ["N0605"])
    #expect(notes(bound) == ["`aux.0.w`, 4", "`aux.1.w`, scalar"])
    #expect(bound.diagnostics.all[0].help == "write `ignore aux.*` where this is meant")
    let ignored = try bind(
      "ignore aux.*", ["a.weight": [2, 3, 1, 1], "a.bias": [2], "aux.0.w": [4]])
    #expect(codes(ignored) == [])
  }

  @Test func noMoreThanTwentyAreShown() throws {
    let names = (0..<30).map { "m.\($0)" }
    let (checked, _) = try compiled(
      "input image: rgb[H, W]\nx = image |> conv 1x1 2 @a\noutput logits = x")
    let source = ManyWeights(names: names)
    let bound = bindWeights(checked.graph.parameters, rules: [], source: source)
    #expect(codes(bound) == ["N0604", "N0605"])
    let notes = bound.diagnostics.all[1].notes
    #expect(notes.count == 21)
    #expect(notes.last?.message == "and 10 more")
  }

  @Test func wrongShapes() throws {
    let bound = try bind(["a.weight": [1, 1, 3, 2], "a.bias": [3]])
    #expect(codes(bound) == ["N0606"])
    #expect(
      notes(bound) == [
        "`a.weight` is 2x3x1x1, the file has 1x1x3x2", "`a.bias` is 2, the file has 3",
      ])
    #expect(bound.diagnostics.all[0].help?.contains("layout=HWIO") == true)
    let other = try bind(["a.weight": [2, 3, 3, 3], "a.bias": [2]])
    #expect(other.diagnostics.all[0].help == nil)
  }

  @Test(
    arguments: [
      ([5, 3, 1, 1], [5], ["classes": 2], "this file is for `--set classes=5`"),
      ([5, 3, 1, 1], [5], ["classes": 2, "width": 2], nil),
      ([5, 3, 1, 1], [5], ["classes": 3], nil), ([5, 3, 1, 1], [4], ["classes": 2], nil),
      ([5, 3, 3, 3], [5], ["classes": 2], nil),
    ] as [([Int], [Int], [String: Int], String?)])
  func anotherNumberOfClasses(
    _ weight: [Int], _ bias: [Int], _ settings: [String: Int], _ help: String?
  ) throws {
    let (checked, _) = try compiled(
      "input image: rgb[H, W]\nx = image |> conv 1x1 2 @a\noutput logits = x")
    let bound = bindWeights(
      checked.graph.parameters, rules: [],
      source: MemoryWeights(["a.weight": weight, "a.bias": bias]),
      settings: settings.map { ($0.key, .int($0.value)) })
    #expect(codes(bound) == ["N0606"])
    #expect(bound.diagnostics.all[0].help == help)
  }

  @Test func wrongTypes() throws {
    let bound = try bind(
      "ignore i", ["a.weight": [2, 3, 1, 1], "a.bias": [2], "i": []],
      types: ["a.bias": .int64, "i": .int64])
    #expect(codes(bound) == ["N0607"])
    #expect(notes(bound) == ["`a.bias` is I64"])
  }

  @Test func rulesThatCollide() throws {
    let bound = try bind(
      "rename a.* <- b.*", ["a.weight": [2, 3, 1, 1], "a.bias": [2], "b.bias": [2]])
    #expect(codes(bound) == ["N0609"])
    #expect(bound.diagnostics.all[0].message.contains("`a.bias` and `b.bias`"))
    #expect(bound.diagnostics.all[0].span != nil)
  }

  @Test func rulesThatMatchNothing() throws {
    let bound = try bind(
      "rename x.* <- modul.a.*\nrename a.* <- module.a.*\nrename b.* <- module.a.bias*\nignore z.*",
      ["module.a.weight": [2, 3, 1, 1], "module.a.bias": [2], "left": [1]])
    #expect(codes(bound) == ["N0609", "N0609", "N0605"])
    #expect(bound.diagnostics.all[0].help == "did you mean `module.a.*`?")
    #expect(bound.diagnostics.all[1].message.contains("earlier rules take"))
  }

  @Test func rulesForAnotherFileAreSilentWhereEverythingFits() throws {
    let bound = try bind(
      "rename * <- module.*\nrename a.* <- encoder.*\nignore aux.*",
      ["a.weight": [2, 3, 1, 1], "a.bias": [2]])
    #expect(codes(bound) == [])
    #expect(bound.tensors[0].values == [0, 1, 2, 3, 4, 5])
    let parallel = try bind(
      "rename * <- module.*\nrename a.* <- encoder.*\nignore aux.*",
      [
        "module.encoder.weight": [2, 3, 1, 1], "module.encoder.bias": [2], "module.aux.0": [7],
        "module.encoder.num_batches_tracked": [],
      ])
    #expect(codes(parallel) == [])
    #expect(parallel.tensors[0].values == [0, 1, 2, 3, 4, 5])
  }

  /// One line serves a network with a head for training that can be off, and files without it.
  @Test(arguments: [false, true], [false, true])
  func whatTheNetworkHasIsNotIgnored(networkHas: Bool, fileHas: Bool) throws {
    var body = "x = image |> conv 1x1 2 @a"
    if networkHas { body += "\ny = image |> conv 1x1 4 bias=no @aux\noutput aux = y" }
    let tensors: KeyValuePairs<String, [Int]> =
      fileHas
      ? ["a.weight": [2, 3, 1, 1], "a.bias": [2], "aux.weight": [4, 3, 1, 1]]
      : ["a.weight": [2, 3, 1, 1], "a.bias": [2]]
    let bound = try bind("ignore aux.*", tensors, body: body)
    #expect(codes(bound) == (networkHas && !fileHas ? ["N0604"] : []))
    if networkHas, fileHas { #expect(bound.tensors[2].values.count == 12) }
  }

  /// Two one-channel convolutions of a network, one of two halves in the file.
  private static let halves = """
    a = image |> conv 1x1 1 bias=no @theta
    b = image |> conv 1x1 1 bias=no @phi
    x = a + b
    """

  @Test(arguments: [
    ("", [1, 6, 1, 1]), (" layout=HWIO", [1, 1, 6, 1]), (" layout=HWIO", [6, 1]),
  ])
  func partsOfATensor(_ layout: String, _ stored: [Int]) throws {
    let body =
      stored.count == 4
      ? Self.halves
      : """
      v = image |> avgpool global |> flatten
      a = v |> dense 1 bias=no @theta
      b = v |> dense 1 bias=no @phi
      x = a + b
      """
    let bound = try bind(
      "rename * <- module.*\nrename theta.* <- c.0.* inputs=[0, 3]\(layout)\n"
        + "rename phi.* <- c.0.* inputs=[3, 6]\(layout)",
      ["module.c.0.weight": stored], body: body)
    #expect(codes(bound) == [])
    #expect(bound.tensors.map(\.values) == [[0, 1, 2], [3, 4, 5]])
  }

  @Test func partsOfOutputs() throws {
    let body = """
      x = image |> conv 1x1 2 bias=no @q
      y = image |> conv 1x1 1 bias=no @k
      output other = y
      """
    let rules = "rename q.* <- qk.* outputs=[0, 2]\nrename k.* <- qk.* outputs=[2, 3]"
    let bound = try bind(rules, ["qk.weight": [3, 3, 1, 1]], body: body)
    #expect(bound.tensors.map(\.values) == [[0, 1, 2, 3, 4, 5], [6, 7, 8]])
    let hwio = try bind(
      "rename * <- * layout=HWIO\n" + rules, ["qk.weight": [1, 1, 3, 3]], body: body)
    #expect(hwio.tensors.map(\.values) == [[0, 3, 6, 1, 4, 7], [2, 5, 8]])
  }

  @Test(arguments: [
    ("[0, 3]", "[3, 8]", "`c.weight` of `w.safetensors` has 6 inputs, it is 1x6x1x1"),
    ("[0, 3]", "[4, 6]", "no rule takes the inputs 3 to 3 of `c.weight`"),
    ("[0, 2]", "[2, 5]", "no rule takes the inputs 5 to 5 of `c.weight`"),
    ("[1, 4]", "[3, 6]", "no rule takes the inputs 0 to 0 of `c.weight`"),
  ])
  func partsThatDoNotFit(_ first: String, _ second: String, _ message: String) throws {
    let bound = try bind(
      "rename theta.* <- c.* inputs=\(first)\nrename phi.* <- c.* inputs=\(second)",
      ["c.weight": [1, 6, 1, 1]], body: Self.halves)
    #expect(codes(bound).first == "N0609")
    #expect(bound.diagnostics.all[0].message.hasPrefix(message))
    #expect(bound.diagnostics.all[0].span != nil)
    #expect(bound.diagnostics.all.allSatisfy { $0.code != .missingTensors })
  }

  @Test func partsOfAVector() throws {
    let bound = try bind(
      "rename theta.* <- c.* inputs=[0, 3]\nrename phi.* <- c.* inputs=[3, 6]",
      ["c.weight": [6]], body: Self.halves)
    #expect(codes(bound) == ["N0609", "N0609"])
    #expect(bound.diagnostics.all[0].message.contains("has no inputs"))
    let shape = try bind(
      "rename theta.* <- c.* inputs=[0, 2]\nrename phi.* <- c.* inputs=[2, 6]",
      ["c.weight": [1, 6, 1, 1]], body: Self.halves)
    #expect(codes(shape) == ["N0606"])
    #expect(notes(shape)[0] == "`theta.weight` is 1x3x1x1, the file has `c.weight`, 1x2x1x1")
  }

  @Test func declaredUnusedParameters() throws {
    let body = "unused @fc conv 1x1 4\nx = image |> conv 1x1 2 @a"
    let without = try bind(["a.weight": [2, 3, 1, 1], "a.bias": [2]], body: body)
    #expect(codes(without) == [])
  }

  @Test func onlyWhatIsNeededIsRead() throws {
    let (checked, _) = try compiled(
      """
      input image: rgb[H, W]
      x = image |> conv 1x1 2 @a
      y = image |> conv 1x1 2 @b
      output first = x
      output second = y
      """)
    let graph = checked.graph
    let needed = graph.parameters(neededBy: [try graph.output(named: "second").value])
    let bound = bindWeights(
      graph.parameters, rules: [],
      source: MemoryWeights([
        "a.weight": [2, 3, 1, 1], "a.bias": [2], "b.weight": [2, 3, 1, 1], "b.bias": [2],
      ]), needed: needed)
    #expect(codes(bound) == [])
    #expect(bound.tensors.map(\.shape.count) == [1, 1, 6, 2])
  }
}

/// So many tensors of one number.
private struct ManyWeights: WeightSource {
  let path = "w.safetensors"
  let entries: [WeightEntry]

  init(names: [String]) {
    entries = names.map { WeightEntry(name: $0, type: .float32, dimensions: [1], range: 0..<4) }
  }

  func entry(_ name: String) -> WeightEntry? { nil }
  func read(_ name: String) throws(FormatError) -> Tensor {
    throw FormatError(.malformed, "not to be read")
  }
}
