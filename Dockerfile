# CPU image:  docker build -t mtpipe .
# GPU image:  docker build -t mtpipe-gpu --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu126 --build-arg EXTRAS=gpu,serve --build-arg TORCH=torch==2.13.0+cu126 .
# Run:        docker run --rm -v "$PWD:/work" mtpipe run articles/ -o out
#             docker run --rm --gpus all -v "$PWD:/work" mtpipe-gpu run articles/ -o out --model opus
FROM python:3.11-slim-bookworm AS build

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG TORCH=torch==2.13.0+cpu
ARG EXTRAS=serve
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY mtpipe mtpipe
COPY models/small-ar-en models/small-ar-en
COPY configs configs

# torch first and by itself: the constraints pin its plain version, which a local version such as +cpu satisfies.
RUN python -m venv /opt/mtpipe \
    && /opt/mtpipe/bin/pip install -c constraints.txt --extra-index-url "$TORCH_INDEX" "$TORCH" \
    && /opt/mtpipe/bin/pip install -c constraints.txt --extra-index-url "$TORCH_INDEX" ".[$EXTRAS]"

FROM python:3.11-slim-bookworm
# CTranslate2 and torch use OpenMP.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/mtpipe /opt/mtpipe
# Converted models and what the hub gives go to a volume, so that the next container finds them.
ENV PATH=/opt/mtpipe/bin:$PATH MTPIPE_CACHE=/cache/mtpipe HF_HOME=/cache/huggingface PYTHONUNBUFFERED=1
RUN useradd --create-home --uid 1000 mtpipe && mkdir -p /cache /work && chown mtpipe:mtpipe /cache /work
VOLUME /cache
USER mtpipe
WORKDIR /work
ENTRYPOINT ["mtpipe"]
CMD ["--help"]
