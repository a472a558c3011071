import IR
import Kernels
import Planning
import Runtime
import Tensors
import Testing

@Test(arguments: 0..<60)
func peakFormulasAreTheTotalsOfTheirPlans(seed: Int) throws {
  let network = try RandomNetwork(seed: UInt64(seed)).network
  let checked = try #require(network.checked)
  for catalogue in [KernelCatalogue.standard, .definitions] {
    for sizes in [
      Sizes(height: 5 + seed % 7, width: 33), Sizes(height: 64, width: 96, batch: 1 + seed % 2),
    ] {
      let plan = try plan(checked, at: sizes, kernels: catalogue)
      let peak = plan.peak
      #expect(peak.bytes(at: sizes) == plan.memory.total)
      #expect(peak.gaps >= 0 && peak.weights == plan.memory.weights)
      #expect(peak.step == nil ? plan.steps.isEmpty : plan.steps.indices.contains(peak.step ?? -1))
      // The step named has as much alive as any: at 64 bytes a buffer of the lower bound.
      let alive = peak.terms.filter { $0.holding == .maps }.reduce(0) { sum, term in
        sum + (term.bytes(at: sizes) ?? 0)
      }
      let workspace = peak.workspace - plan.memory.scratch
      let lost = plan.memory.arenaLowerBound - alive - workspace
      #expect(lost >= 0 && lost <= 64 * plan.buffers.count, "\(plan)")
    }
  }
}

/// What kernels say they will keep of parameters is what they keep.
@Test(arguments: 0..<60)
func packedWeightsAreKnownBeforehand(seed: Int) throws {
  let network = try RandomNetwork(seed: UInt64(seed)).network
  let checked = try #require(network.checked)
  let weights = try randomWeights(network.graph.parameters, seed: 1)
  let catalogues = [
    KernelCatalogue.standard, .definitions, KernelCatalogue(.portable),
    KernelCatalogue(.best, winograd: false),
  ]
  for catalogue in catalogues {
    let sizes = Sizes(height: 9 + seed % 40, width: 17)
    let plan = try plan(checked, at: sizes, kernels: catalogue)
    let executable = try Executable(plan, weights: weights, catalogue: catalogue)
    #expect(executable.repackedBytes == plan.memory.weights, "\(plan)")
  }
}

/// The same of kernels that large layers take.
@Test func packedWeightsOfFewerProductsAreKnownBeforehand() throws {
  var network = TestNetwork("large")
  let image = network.input("image", channels: 3)
  let stem = try network.add("conv", .conv(64, stride: 2), [image], path: "stem")
  let relu = try network.add("relu", .relu, [stem])
  let conv = try network.add("conv", .conv(128), [relu], path: "conv")
  let bn = try network.add("bn", .normalization, [conv], path: "bn")
  let wide = try network.add("conv", .conv(512, kernel: 1), [bn], path: "wide")
  network.output("y", try network.add("conv", .conv(512, kernel: 1), [wide], path: "y"))
  let checked = try #require(network.checked)
  let weights = try randomWeights(network.graph.parameters, seed: 1)
  var kernels: Set<String> = []
  for side in [8, 24, 64, 160] {
    let plan = try plan(checked, at: Sizes(height: side, width: side))
    kernels.formUnion(plan.steps.map(\.choice.kernel))
    let executable = try Executable(plan, weights: weights)
    #expect(executable.repackedBytes == plan.memory.weights, "\(plan)")
  }
  if VectorISA.best.isGenerated { #expect(kernels.contains { $0.contains("winograd") }) }
}

private func chain() throws -> CheckedGraph {
  var network = TestNetwork("chain")
  let image = network.input("image", channels: 4)
  let half = try network.add("conv", .conv(16, stride: 2), [image], path: "half")
  let quarter = try network.add("conv", .conv(32, stride: 2), [half], path: "quarter")
  network.output("y", quarter)
  return try #require(network.checked)
}

/// With definitions alone nothing depends on the size but the maps: one formula for all of them.
@Test func aFormulaHoldsWhereThePlanStaysTheSame() throws {
  let checked = try chain()
  let peak = try plan(checked, at: Sizes(height: 64, width: 128), kernels: .definitions).peak
  #expect(peak.step == 0)
  for (height, width) in [(16, 16), (64, 64), (256, 32), (1024, 512)] {
    let sizes = Sizes(height: height, width: width)
    let other = try plan(checked, at: sizes, kernels: .definitions)
    #expect(peak.bytes(at: sizes) == other.memory.total)
  }
  #expect(
    peak.terms.map { "\($0.cellBytes) \($0.height) \($0.width)" } == [
      "16 H W", "128 ceil(H/4) ceil(W/4)", "16 H W", "64 ceil(H/2) ceil(W/2)",
    ])
}

@Test(arguments: [3_000, 20_000, 100_000, 1_000_000])
func theLargestSizeIsFoundAsByTryingAll(limit: Int) throws {
  let checked = try chain()
  for example in [nil, Sizes(height: 2, width: 6), Sizes(height: 7, width: 3)] {
    let family = SizeFamily(checked.admissible, like: example)
    let found = try LargestSize(checked, of: family, limit: limit, kernels: .definitions)
    let all = try (1...260).map { number in
      try plan(checked, at: family.sizes(number), kernels: .definitions)
    }
    let largest = all.last { $0.memory.total <= limit }
    #expect(found.plan?.sizes == largest?.sizes)
    #expect(found.plan.map { $0.memory.total <= limit } ?? true)
    #expect(try #require(found.next?.bytes) > limit)
  }
}

@Test(arguments: 0..<20)
func noPlannedSizeAboveTheAnswerFits(seed: Int) throws {
  let checked = try #require(try RandomNetwork(seed: UInt64(seed)).network.checked)
  let family = SizeFamily(checked.admissible, like: nil)
  let small = try #require((1...64).first { checked.admissible.contains(family.sizes($0)) })
  let limit = 50_000 + (try plan(checked, at: family.sizes(small)).memory.total)
  let found = try LargestSize(checked, of: family, limit: limit)
  let answer = try #require(found.plan)
  #expect(answer.memory.total <= limit && checked.admissible.contains(answer.sizes))
  let through = found.checkedThrough?.height ?? answer.sizes.height
  for side in answer.sizes.height + 1..<max(through, answer.sizes.height) + 1 {
    let sizes = Sizes(height: side, width: side)
    guard checked.admissible.contains(sizes) else { continue }
    #expect(try plan(checked, at: sizes).memory.total > limit)
  }
  #expect(
    found.planned.allSatisfy { $0.sizes.height <= answer.sizes.height || $0.bytes ?? .max > limit })
  #expect(found.reach(of: answer).sizes.contains(answer.sizes))
}

@Test func familiesKeepWhatIsFixed() throws {
  let residues = try SizeSet.residues([0], modulo: 32)
  let fixed = try SizeSet.sizes([224])
  let squares = SizeFamily(AdmissibleSizes(height: residues, width: .all), like: nil)
  #expect(squares.sizes(3) == Sizes(height: 3, width: 3) && squares.numbers(longest: 9) == 1...9)
  let wide = SizeFamily(
    AdmissibleSizes(height: .all, width: .all), like: Sizes(height: 512, width: 768))
  #expect(wide.sizes(5) == Sizes(height: 10, width: 15) && wide.numbers(longest: 100) == 1...33)
  #expect(wide.text == "sizes of 2:3")
  let strip = SizeFamily(AdmissibleSizes(height: fixed, width: .all), like: nil)
  #expect(strip.sizes(7) == Sizes(height: 224, width: 7))
  #expect(strip.numbers(longest: 100) == nil && strip.numbers(longest: 300) == 1...300)
  let one = SizeFamily(AdmissibleSizes(height: fixed, width: fixed), like: nil)
  #expect(one.sizes(7) == Sizes(height: 224, width: 224) && one.numbers(longest: 300) == 1...1)
}
