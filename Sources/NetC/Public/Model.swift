import Formats
import IR
import Source
import Tensors

/// A network with weights. Each copy runs on its own; weights are shared.
public struct Model: Sendable {
  /// Numbers that an output has for one input.
  public struct Result: Sendable {
    /// N, C, H, W of maps; N, H, W of labels; N, C of vectors.
    public let shape: [Int]
    /// Row-major; class indices as numbers for labels.
    public let values: [Float]
  }

  private let network: LoadedNetwork
  private let weights: [Tensor]

  init(_ network: Network, path: String?, seed: Int?) throws(NetcError) {
    self.network = network.loaded
    let loaded = network.loaded
    let bound: BoundWeights
    do throws(Diagnostic) {
      let choice = try WeightsChoice(
        given: path, seed: seed, facts: loaded.facts, spec: loaded.path)
      bound = try loaded.bind(choice, for: loaded.graph.outputs.map(\.value)).read()
    } catch {
      throw NetcError(error, loaded.sources)
    }
    if bound.diagnostics.hasErrors { throw NetcError(bound.diagnostics, loaded.sources) }
    weights = bound.tensors
  }

  /// An output for a picture or a .npy array; `labels`, else `scores`, where none is named.
  public func run(_ path: String, output name: String? = nil) throws(NetcError) -> Result {
    do {
      let output = try network.graph.output(named: name)
      let preparation = Preparation(network.graph.primaryInput, of: network.checked)
      let content = try InputContent.read(path)
      let (shape, fit) = try preparation.sides(of: content, path: path)
      var session = Session(
        network.checked, WeightStore(weights), outputs: [output],
        threads: Processor.current().cores)
      let sizes = Sizes(height: shape.h, width: shape.w, batch: shape.n)
      _ = try session.executable(at: sizes)
      let input = try preparation.tensor(content, fit, path: path)
      let raw = try session.run([preparation.name: input], at: sizes).results[0]
      let result = try fit?.unpadded(raw) ?? raw
      let type = network.graph[output.value].type
      return Result(shape: type.natural(result.shape), values: result.values)
    } catch let error as Diagnostic {
      throw NetcError(error, network.sources)
    } catch {
      throw NetcError(Diagnostic(.tooMuchMemory, "\(error)", path: path), network.sources)
    }
  }
}
