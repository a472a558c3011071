import IR
import Kernels
import Planning
import Runtime
import Tensors
import Testing

/// A network at one size with random weights and inputs.
private struct Case {
  let checked: CheckedGraph
  let sizes: Sizes
  let weights: [Tensor]

  init(_ network: TestNetwork, at sizes: Sizes) throws {
    checked = try #require(network.checked)
    self.sizes = sizes
    weights = try randomWeights(network.graph.parameters, seed: 1)
  }

  func inputs(of plan: Plan) throws -> [Tensor] {
    try plan.inputs.map { try randomInput(name: $0.name, shape: $0.shape, seed: 1) }
  }

  func expected() throws -> [ValueID: Tensor] {
    let all = try plan(checked, at: sizes, taps: checked.graph.inputs.map(\.value))
    var inputs: [String: Tensor] = [:]
    for port in all.taps {
      inputs[port.name] = try randomInput(name: port.name, shape: port.shape, seed: 1)
    }
    return try evaluate(checked.graph, inputs: inputs, weights: weights)
  }
}

@Test(arguments: 0..<120)
func plannedRunsEqualSeparateBuffers(seed: Int) throws {
  let network = try RandomNetwork(seed: UInt64(seed)).network
  let sizes = Sizes(height: 5 + seed % 7, width: 4 + seed % 9, batch: 1 + seed % 2)
  let test = try Case(network, at: sizes)
  let expected = try test.expected()
  let outputs = network.graph.outputs
  let every = network.graph.nodes.map(\.id)
  let requests: [(names: [String]?, taps: [ValueID])] = [
    (nil, []), ([outputs[0].name], []), (nil, every),
    ([], every.filter { $0.index % 3 == seed % 3 }),
  ]
  for request in requests {
    let plan = try plan(
      test.checked, at: sizes, outputs: request.names, taps: request.taps, kernels: .definitions)
    #expect(plan.faults() == [])
    #expect(plan.memory.arena >= plan.memory.arenaLowerBound)
    #expect(plan.memory.arena <= plan.memory.withoutReuse)
    let executable = try Executable(plan, weights: test.weights, catalogue: .definitions)
    var memory = try executable.makeMemory()
    let asked = outputs.filter { request.names?.contains($0.name) ?? true }.map(\.value)
    for _ in 0..<2 {
      memory.fill(.signalingNaN)
      let results = try executable.run(try test.inputs(of: plan), in: &memory)
      #expect(results.count == asked.count + request.taps.count)
      for (value, result) in zip(asked + request.taps, results) {
        #expect(isSame(result, expected[value]), "value \(value.index)\n\(plan)")
      }
    }
  }
}

/// Fusion, layouts and concats in place change no bit of what the references compute; algebra on the
/// graph changes the order of sums.
@Test(arguments: 0..<120)
func fusedPlansEqualTheirSteps(seed: Int) throws {
  let network = try RandomNetwork(seed: UInt64(seed)).network
  let sizes = Sizes(height: 5 + seed % 7, width: 4 + seed % 9, batch: 1 + seed % 3)
  let test = try Case(network, at: sizes)
  let expected = try test.expected()
  let outputs = network.graph.outputs.map(\.value)
  let taps = network.graph.nodes.map(\.id).filter { $0.index % 5 == seed % 5 }
  for (layout, taps) in [(Layout.planar, []), (.blocked(2), []), (.blocked(4), taps)] {
    let kernels = KernelCatalogue.fusedDefinitions(layout)
    let plan = try plan(test.checked, at: sizes, taps: taps, kernels: kernels)
    #expect(plan.faults() == [])
    let executable = try Executable(plan, weights: test.weights, catalogue: kernels)
    var memory = try executable.makeMemory(threads: 1 + seed % 3)
    for _ in 0..<2 {
      memory.fill(.signalingNaN)
      let results = try executable.run(try test.inputs(of: plan), in: &memory)
      for (value, result) in zip(outputs + taps, results) {
        let isRight =
          plan.rewrites.isEmpty
          ? isSame(result, expected[value]) : isNear(result, expected[value], test, value)
        #expect(isRight, "value \(value.index)\n\(plan)")
      }
    }
  }
}

/// The random networks have what algebra on the graph is for, and what it is not for.
@Test func randomNetworksAreRewritten() throws {
  var texts: [[String]] = []
  for seed in 0..<120 {
    let checked = try #require(try RandomNetwork(seed: UInt64(seed)).network.checked)
    let plan = try plan(checked, at: Sizes(height: 5 + seed % 7, width: 4 + seed % 9))
    texts.append(plan.rewrites.map(\.text))
  }
  for kind in ["spread over the map", "enlarged, and added", "positions", "one convolution"] {
    let count = texts.count { $0.contains { $0.contains(kind) } }
    #expect(count >= 8, "\(kind): \(count)")
  }
  #expect(texts.count { $0.isEmpty } >= 40)
}

/// Within a share of the largest number, but for labels, which scores that tie may give either way.
private func isNear(
  _ a: Tensor, _ b: Tensor?, _ test: Case, _ value: ValueID, bound: Float = 1e-5
) -> Bool {
  guard let b, a.shape == b.shape else { return false }
  if case .reduction(.argmax) = test.checked.graph.node(value)?.spec { return true }
  let scale = b.values.reduce(0) { max($0, $1.magnitude) }
  return zip(a.values, b.values).allSatisfy { ($0 - $1).magnitude <= bound * max(scale, 1) }
}

/// Neither what memory held before nor the number of threads, when weights are packed or later, changes
/// a bit of what the chosen kernels compute.
@Test(arguments: 0..<120, Precision.allCases)
func chosenKernelsDependOnTheirInputsOnly(seed: Int, precision: Precision) throws {
  guard precision.refusal(.best) == nil else { return }

  let network = try RandomNetwork(seed: UInt64(seed)).network
  let sizes = Sizes(height: 5 + seed % 7, width: 4 + seed % 9, batch: 1 + seed % 2)
  let test = try Case(network, at: sizes)
  let kernels = KernelCatalogue(.best, precision: precision)
  let taps = seed % 2 == 0 ? network.graph.nodes.map(\.id) : []
  let plan = try plan(test.checked, at: sizes, taps: taps, kernels: kernels)
  #expect(plan.faults() == [])
  let executable = try Executable(plan, weights: test.weights, catalogue: kernels)
  var memory = try executable.makeMemory()
  memory.fill(.signalingNaN)
  let first = try executable.run(try test.inputs(of: plan), in: &memory)
  for threads in 1...3 {
    let pool = ThreadPool(threads: threads)
    let executable = try Executable(plan, catalogue: kernels, threads: pool) {
      test.weights[$0]
    }
    var memory = try executable.makeMemory(threads: pool)
    memory.fill(-1e30)
    let second = try executable.run(try test.inputs(of: plan), in: &memory)
    #expect(zip(first, second).allSatisfy { isSame($0, $1) })
  }
}

/// What plans of every back end compute lies near the definitions, whatever was fused.
@Test(
  arguments: VectorISA.allCases.filter(\.isSupported).map { ($0, Precision.fp32) }
    + [(.avx512, .bf16)].filter { $0.1.refusal($0.0) == nil }, 0..<120)
func chosenKernelsComeNearTheDefinitions(
  form: (isa: VectorISA, precision: Precision), seed: Int
) throws {
  let network = try RandomNetwork(seed: UInt64(seed)).network
  let sizes = Sizes(height: 5 + seed % 7, width: 4 + seed % 9, batch: 1 + seed % 3)
  let test = try Case(network, at: sizes)
  let expected = try test.expected()
  let kernels = KernelCatalogue(form.isa, precision: form.precision)
  let plan = try plan(test.checked, at: sizes, kernels: kernels)
  #expect(plan.faults() == [])
  let executable = try Executable(plan, weights: test.weights, catalogue: kernels)
  var memory = try executable.makeMemory(threads: 2)
  memory.fill(.signalingNaN)
  let results = try executable.run(try test.inputs(of: plan), in: &memory)
  for (output, result) in zip(network.graph.outputs, results) {
    let isRight = isNear(
      result, expected[output.value], test, output.value,
      bound: form.precision == .fp32 ? 1e-5 : 0x1p-5)
    #expect(isRight, "\(output.name)\n\(plan)")
  }
}

/// A trunk with two heads; `a` needs three steps, `b` needs five.
private func twoHeads() throws -> TestNetwork {
  var network = TestNetwork("heads")
  let image = network.input("image", channels: 3)
  let depth = network.input("depth", channels: 2)
  let stem = try network.add("conv", .conv(4), [image], path: "stem")
  let same = try network.add("dropout", .identity, [stem])
  let active = try network.add("relu", .relu, [same])
  let a = try network.add("conv", .conv(2, kernel: 1), [active], path: "a")
  let side = try network.add("conv", .conv(4), [depth], path: "side")
  let joined = try network.add("add", .sum, [active, side])
  let b = try network.add("conv", .conv(5), [joined], path: "b")
  network.output("a", a)
  network.output("b", b)
  return network
}

/// Weights of which steps take parts, or that come of two convolutions, are packed once for all sizes.
@Test func derivedWeightsAreSharedBySizes() throws {
  var network = TestNetwork("shared")
  let image = network.input("image", channels: 16)
  let pooled = try network.add("avgpool", .globalAverage, [image])
  let branch = try network.add("conv", .conv(16, kernel: 1), [pooled], path: "branch")
  let active = try network.add("relu", .relu, [branch])
  let spread = try network.add("resize", .resize(ResizeSpec(target: .like)), [active, image])
  let joined = try network.add("concat", .movement(.concat), [spread, image])
  let mixed = try network.add("conv", .conv(16, kernel: 1), [joined], path: "mixed")
  let bent = try network.add("relu", .relu, [mixed])
  let wide = try network.add("conv", .conv(64, kernel: 1), [bent], path: "wide")
  let normal = try network.add("bn", .normalization, [wide], path: "bn")
  let narrow = try network.add("conv", .conv(4, kernel: 1), [normal], path: "narrow")
  network.output("y", narrow)
  let test = try Case(network, at: Sizes(height: 16, width: 16))
  let first = try plan(test.checked, at: test.sizes)
  #expect(first.rewrites.count == 2)
  let weights = test.weights
  let executable = try Executable(first, weights: weights)
  #expect(executable.repackedBytes > 0)
  let second = try plan(test.checked, at: Sizes(height: 24, width: 32))
  let other = try Executable(second, reusing: executable) { (_) throws(RunError) in
    throw .cancelled
  }
  #expect(other.repackedBytes == 0)
}

@Test func onlyWhatIsAskedForIsComputed() throws {
  let checked = try #require(try twoHeads().checked)
  let sizes = Sizes(height: 6, width: 7)
  let both = try plan(checked, at: sizes, kernels: .definitions)
  #expect(both.steps.map(\.origin.op) == ["conv", "relu", "conv", "conv", "add", "conv"])
  let a = try plan(checked, at: sizes, outputs: ["a"], kernels: .definitions)
  #expect(a.steps.map(\.origin.path) == ["stem", "", "a"])
  #expect(a.inputs.map(\.name) == ["image"])
  #expect(a.weights.map(\.name) == ["stem.weight", "stem.bias", "a.weight", "a.bias"])
  let b = try plan(checked, at: sizes, outputs: ["b"], kernels: .definitions)
  #expect(b.steps.count == 5)
  #expect(b.inputs.map(\.name) == ["image", "depth"])
  let repeated = try plan(checked, at: sizes, outputs: ["b", "a", "b"], kernels: .definitions)
  #expect(repeated.outputs.map(\.name) == ["b", "a", "b"])
  #expect(throws: PlanError.unknownOutput("c", known: ["a", "b"])) {
    try plan(checked, at: sizes, outputs: ["a", "c"], kernels: .definitions)
  }
}

@Test func outputsMayBeInputsOrShareMemory() throws {
  var network = TestNetwork()
  let image = network.input("image", channels: 2)
  let same = try network.add("identity", .identity, [image])
  let pooled = try network.add("avgpool", .globalAverage, [same])
  let vector = try network.add("flatten", .movement(.flatten), [pooled])
  network.output("image", same)
  network.output("map", pooled)
  network.output("vector", vector)
  let test = try Case(network, at: Sizes(height: 3, width: 2))
  let plan = try plan(test.checked, at: test.sizes, kernels: .definitions)
  #expect(plan.steps.count == 1)
  #expect(plan.memory.arena == 0)
  let inputs = try test.inputs(of: plan)
  let results = try Executable(plan, weights: [], catalogue: .definitions).run(inputs)
  #expect(isSame(results[0], inputs[0]))
  #expect(results[0].storage !== inputs[0].storage)
  #expect(results[1].values == results[2].values)
}

@Test func runsReportProgressAndStop() throws {
  let test = try Case(try twoHeads(), at: Sizes(height: 6, width: 7))
  let plan = try plan(test.checked, at: test.sizes)
  let executable = try Executable(plan, weights: test.weights)
  let inputs = try test.inputs(of: plan)
  var seen: [Double] = []
  _ = try executable.run(inputs, control: RunControl(progress: { seen.append($0) }))
  #expect(seen.count == plan.steps.count)
  #expect(seen == seen.sorted())
  #expect(seen.last == 1)

  var finished = 0
  let control = RunControl(isCancelled: { finished == 2 }, progress: { _ in finished += 1 })
  #expect(throws: RunError.cancelled) { try executable.run(inputs, control: control) }
  #expect(finished == 2)
}

@Test func wrongTensorsAreRefused() throws {
  let test = try Case(try twoHeads(), at: Sizes(height: 6, width: 7))
  let plan = try plan(test.checked, at: test.sizes)
  let executable = try Executable(plan, weights: test.weights)
  let inputs = try test.inputs(of: plan)
  #expect(throws: RunError.inputCount(expected: 2, found: 1)) { try executable.run([inputs[0]]) }
  let swapped = RunError.inputShape(
    name: "image", expected: inputs[0].shape, found: inputs[1].shape)
  #expect(throws: swapped) { try executable.run([inputs[1], inputs[0]]) }
  #expect(throws: RunError.weightCount(expected: 3, found: 2)) {
    try Executable(plan, weights: [Tensor](test.weights[..<2]))
  }
  var weights = test.weights
  weights[1] = weights[0]
  let wrong = RunError.weightShape(
    name: "stem.bias", expected: test.weights[1].shape, found: weights[0].shape)
  #expect(throws: wrong) { try Executable(plan, weights: weights) }
  #expect(throws: RunError.cancelled) {
    try Executable(plan, threads: ThreadPool(threads: 3)) { (index) throws(RunError) in
      if index == 2 { throw .cancelled }
      return test.weights[index]
    }
  }
}

@Test func threadsShareAnExecutable() async throws {
  let test = try Case(try twoHeads(), at: Sizes(height: 6, width: 7))
  let plan = try plan(test.checked, at: test.sizes)
  let executable = try Executable(plan, weights: test.weights)
  let inputs = try test.inputs(of: plan)
  let expected = try executable.run(inputs)
  try await withThrowingTaskGroup(of: [Tensor].self) { group in
    for _ in 0..<8 { group.addTask { try executable.run(inputs) } }
    for try await results in group {
      #expect(zip(results, expected).allSatisfy { isSame($0, $1) })
    }
  }
}

@Test func arenasThatCannotBeHadAreErrors() {
  #expect(throws: AllocationError(bytes: 1 << 60)) { _ = try Arena(bytes: 1 << 60) }
}
