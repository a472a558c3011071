import Formats
import Source
import Tensors

/// What a framework computed: arrays by the names of the values they are.
package struct Recording: Sendable {
  /// The array that a recorded run began with.
  static let inputName = "input"

  private let source: any WeightSource

  package init(_ source: any WeightSource) {
    self.source = source
  }

  var path: String { source.path }
  var names: [String] { source.entries.map(\.name) }

  /// The dimensions of an array, outermost first.
  func dimensions(_ name: String) -> [Int]? { source.entry(name)?.dimensions }

  /// The numbers of an array that is there; N0801 where they cannot be read.
  func read(_ name: String) throws(Diagnostic) -> Tensor {
    do throws(FormatError) {
      return try source.read(name)
    } catch {
      throw .unreadableInput(source.path, error)
    }
  }
}

extension Recording {
  /// A .npz file; N0801 where it cannot be read.
  init(path: String) throws(Diagnostic) {
    do throws(FormatError) {
      self.init(try NPZArchive(path))
    } catch {
      throw .unreadableInput(path, error)
    }
  }
}
