namespace Marketplace.Learning.Export.PyTorch;

/// <summary>The parts of <c>model.py</c> that are the same for all models.</summary>
internal static class PyTorchTemplate
{
    public const string Frame =
        """"
        """A model that was trained by federated learning, as a PyTorch module.

        Needs torch and safetensors. In Python:

            from model import load, prepare, predict
            answers = predict(load(), prepare(...))

        On the command line, with a JSON list of samples that are prepared already:

            python model.py samples.json
        """

        import json
        import pathlib
        import sys

        import torch
        import torch.nn.functional as F
        from torch import nn

        # Architecture, input, license and where the model comes from.
        ABOUT = @about@

        # What the outputs are called, in their order.
        OUTPUTS = @names@

        # Shape of one sample.
        INPUT = @shape@


        class Model(nn.Module):
            def __init__(self):
                super().__init__()
        @modules@

            def forward(self, x):
        @steps@
                return x


        @prepare@


        @outputs@


        def load(folder=pathlib.Path(__file__).parent):
            """The model with its trained weights, ready to be asked."""
            from safetensors.torch import load_file

            model = Model()
            model.load_state_dict(load_file(pathlib.Path(folder) / "model.safetensors"))
            return model.eval()


        if __name__ == "__main__":
            samples = torch.tensor(json.loads(pathlib.Path(sys.argv[1]).read_text()), dtype=torch.float32)
            with torch.no_grad():
                print(json.dumps(load()(samples.reshape(-1, *INPUT)).tolist()))

        """";

    public const string Images =
        """"
        def prepare(pixels):
            """Bytes 0 to 255, shape [batch, *INPUT], to the model's input."""
            return torch.as_tensor(pixels).float().reshape(-1, *INPUT) / 255
        """";

    public const string Table =
        """"
        SCHEMA = json.loads(ABOUT["input"])["schema"]


        def prepare(rows):
            """Rows of texts by column, as csv.DictReader gives them, to the model's input."""
            return torch.tensor([_encode(row) for row in rows], dtype=torch.float32)


        def _encode(row):
            values = []
            for column in SCHEMA["columns"]:
                text = str(row.get(column["name"]) or "").strip()
                categories = column.get("categories")
                missing = text in ["", *SCHEMA.get("missing", []), *column.get("missing", [])] and text not in (categories or [])
                if column["kind"] == "numeric":
                    mean, deviation = column.get("mean", 0.0), column.get("deviation", 1.0)
                    value = column.get("replaceMissing", column.get("mean")) if missing else float(text)
                    if value is None:
                        raise ValueError(f"{column['name']} is missing, and nothing stands for it")
                    values.append((value - mean) / deviation)
                elif column["kind"] == "categorical":
                    if not missing and text not in categories:
                        text = f"{float(text):.17g}"  # 1.0 is the category 1
                    if column.get("encoding") == "index":
                        values.append(categories.index(text))
                    else:
                        values.extend(0.0 if missing or text != category else 1.0 for category in categories)
                        if not missing:
                            categories.index(text)  # raises ValueError for a category that the model does not know
            return values
        """";

    public const string Classes =
        """"
        def predict(model, x):
            """For each sample the most probable class and the probabilities of all."""
            with torch.no_grad():
                probabilities = model(x).softmax(1)
            return [(OUTPUTS[row.argmax()], dict(zip(OUTPUTS, row.tolist()))) for row in probabilities]
        """";

    public const string Values =
        """"
        def predict(model, x):
            """For each sample the values, in their own units."""
            schema = json.loads(ABOUT["input"]).get("schema", {"columns": []})
            targets = [column for column in schema["columns"] if column["kind"] == "target"] or [{} for _ in OUTPUTS]
            with torch.no_grad():
                outputs = model(x).tolist()
            return [
                {name: value * target.get("deviation", 1.0) + target.get("mean", 0.0) for name, value, target in zip(OUTPUTS, row, targets)}
                for row in outputs
            ]
        """";
}
