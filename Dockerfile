# CPU image:  docker build -t mtpipe .
# GPU image:  docker build -t mtpipe-gpu --build-arg TORCH_INDEX=https://pypi.org/simple --build-arg TORCH=torch==2.13.0 --build-arg EXTRAS=gpu,serve .
#             (PyTorch's CUDA 13 and CTranslate2's CUDA 12 beside it; the host needs NVIDIA's driver 580 or newer and its container toolkit)
# Run:        docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" -v mtpipe-cache:/cache mtpipe run articles/ -o out
#             docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" -v mtpipe-cache:/cache --gpus all mtpipe-gpu run articles/ -o out --model opus
# Review:     docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" -p 8642:8642 -e MTPIPE_REVIEW_PASSWORD=... mtpipe review serve out --host 0.0.0.0
# Scores:     evaluate and review report want --build-arg EXTRAS=serve,metrics
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
ENV PATH=/opt/mtpipe/bin:$PATH MTPIPE_CACHE=/cache/mtpipe HF_HOME=/cache/huggingface HOME=/cache PYTHONUNBUFFERED=1
# Whoever runs a container first (--user) owns what it keeps in the cache; others read it, or have a volume of their own.
RUN useradd --create-home --uid 1000 mtpipe && mkdir -p /cache /work && chown mtpipe:mtpipe /work && chmod 1777 /cache
VOLUME /cache
USER mtpipe
WORKDIR /work
ENTRYPOINT ["mtpipe"]
CMD ["--help"]
